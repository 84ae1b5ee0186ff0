/** The part of npm tar-fs that unpacks the tests' browser. */
declare module 'tar-fs' {
  import type { Writable } from 'node:stream'

  /** Takes a tar file and writes what is in it below `folder`; `chown: false` leaves all of it to the caller's own user. */
  export function extract(folder: string, options: { readonly chown: false }): Writable
}
