/** SFTP version 3 on the wire (draft-ietf-secsh-filexfer-02): numbers, and packets as lists of values. */
export const request = {
  INIT: 1,
  OPEN: 3,
  CLOSE: 4,
  READ: 5,
  WRITE: 6,
  LSTAT: 7,
  FSTAT: 8,
  OPENDIR: 11,
  READDIR: 12,
  REMOVE: 13,
  REALPATH: 16,
  STAT: 17,
  RENAME: 18,
  EXTENDED: 200,
} as const;

export const response = { VERSION: 2, STATUS: 101, HANDLE: 102, DATA: 103, NAME: 104, ATTRS: 105 } as const;

export const status = {
  OK: 0,
  EOF: 1,
  NO_SUCH_FILE: 2,
  PERMISSION_DENIED: 3,
  FAILURE: 4,
  BAD_MESSAGE: 5,
  OP_UNSUPPORTED: 8,
} as const;

export const openFlag = { READ: 1, WRITE: 2, APPEND: 4, CREATE: 8, TRUNCATE: 16, EXCLUSIVE: 32 } as const;

const PACKET_BYTES_MAX = 256 * 1024;

/** Collects the bytes of a channel into packets; throws on a packet that no server would accept. */
export function createPacketReader(onPacket: (packet: Buffer) => void): (data: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (data) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
    while (pending.length >= 4) {
      const length = pending.readUInt32BE(0);
      if (length < 1 || length > PACKET_BYTES_MAX) throw new Error(`packet of ${length} bytes`);
      if (pending.length < 4 + length) return;
      onPacket(pending.subarray(4, 4 + length));
      pending = pending.subarray(4 + length);
    }
  };
}

/** Reads the values of one packet in order. */
export function createCursor(packet: Buffer, start: number) {
  let at = start;
  const uint32 = () => {
    at += 4;
    return packet.readUInt32BE(at - 4);
  };
  const bytes = () => {
    const length = uint32();
    at += length;
    if (at > packet.length) throw new Error("packet ends inside a string");
    return packet.subarray(at - length, at);
  };
  return {
    uint32,
    bytes,
    text: () => bytes().toString("utf8"),
    uint64: () => {
      at += 8;
      return Number(packet.readBigUInt64BE(at - 8));
    },
  };
}

export const uint32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
};

export const text = (value: string | Buffer): Buffer => {
  const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
  return Buffer.concat([uint32(bytes.length), bytes]);
};

/** A packet with its length in front. */
export const packet = (type: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat([Buffer.from([type]), ...parts]);
  return Buffer.concat([uint32(body.length), body]);
};

/** File type and permissions. */
const modes = { file: 0o100644, folder: 0o040755, link: 0o120777 };

/** Size, permissions and times of a file; nothing at all where the server tells nothing. */
export function attributes(file: { size: number; mtimeMs: number; kind: keyof typeof modes } | undefined): Buffer {
  if (!file) return uint32(0);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(file.size));
  const seconds = uint32(Math.floor(file.mtimeMs / 1000));
  return Buffer.concat([uint32(0x1 | 0x4 | 0x8), size, uint32(modes[file.kind]), seconds, seconds]);
}
