/** How banks' servers differ, as data. The default is a well-behaved server of SFTP version 3. */
export interface BankTraits {
  /** Takes every file away as soon as its handle is closed, whatever its name. */
  collects: boolean;
  /** Nothing in the upload folder can be listed, looked at or read. */
  writeOnly: boolean;
  /** What becomes of the flag EXCL of an open request. */
  exclusiveOpen: "honoured" | "ignored" | "refused";
  /** Offers `fsync@openssh.com`. */
  offersFsync: boolean;
  /** Answers stat, lstat and fstat. */
  answersStat: boolean;
  /** Moves a payment file out of the upload folder once it is processed. */
  consumes: boolean;
}

export const ordinaryTraits: BankTraits = {
  collects: false,
  writeOnly: false,
  exclusiveOpen: "honoured",
  offersFsync: true,
  answersStat: true,
  consumes: false,
};
