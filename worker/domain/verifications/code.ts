/** Fewest and most digits of a code. Six are the least of OWASP ASVS 6.5 (20 bits); a tenant's policy may allow fewer. */
export const DIGITS = { least: 4, usual: 6, most: 10 } as const

/** Bytes below this stand for each digit equally often; the others are drawn again. */
const EVEN_BYTES = 250

/** Makes a one-time code of so many decimal digits. Every code is as likely as any other. */
export function newCode(digits: number): string {
  let code = ''
  while (code.length < digits)
    for (const byte of crypto.getRandomValues(new Uint8Array(2 * digits)))
      if (byte < EVEN_BYTES && code.length < digits) code += byte % 10
  return code
}
