# Sourced by the commands of this folder. Makes the pinned Bun and the dependencies available, with nothing but
# Node 20+ (npm) or any Bun on the machine. Everything lands inside the repository, in .tools/ and node_modules/.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$root"

bun_version="$(sed -n 's/.*"packageManager": *"bun@\([^"]*\)".*/\1/p' package.json)"
bun_home="$root/.tools/bun-$bun_version"

say() { printf '%s\n' "$*" >&2; }

# The npm package `bun` carries the program for each system as a package of its own; its install script is not needed.
find_private_bun() {
  local candidate
  for candidate in "$bun_home"/node_modules/@oven/*/bin/bun; do
    if [ -x "$candidate" ] && [ "$("$candidate" --version 2>/dev/null)" = "$bun_version" ]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

install_private_bun() {
  say "Getting Bun $bun_version into .tools/ (once)…"
  mkdir -p "$bun_home"
  [ -f "$bun_home/package.json" ] || printf '{"private":true}\n' >"$bun_home/package.json"
  if command -v npm >/dev/null 2>&1; then
    npm install --prefix "$bun_home" --ignore-scripts --no-audit --no-fund --loglevel=error "bun@$bun_version" >&2
  elif command -v bun >/dev/null 2>&1; then
    (cd "$bun_home" && bun add --exact --ignore-scripts "bun@$bun_version" >&2)
  else
    say "Neither npm (Node 20 or newer) nor bun was found. Install one of them and run this again."
    exit 1
  fi
}

if [ "$(bun --version 2>/dev/null || true)" != "$bun_version" ]; then
  private_bun="$(find_private_bun)" || { install_private_bun; private_bun="$(find_private_bun)" || {
    say "Bun $bun_version could not be installed for this machine."; exit 1; }; }
  mkdir -p "$bun_home/bin"
  ln -sf "$private_bun" "$bun_home/bin/bun"
  PATH="$bun_home/bin:$PATH"
  export PATH
fi

if [ ! -f node_modules/.installed ] || ! cmp -s bun.lock node_modules/.installed; then
  say "Installing the dependencies…"
  bun install --frozen-lockfile >&2
  cp bun.lock node_modules/.installed
fi
