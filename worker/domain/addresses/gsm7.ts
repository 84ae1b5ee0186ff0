/** Default alphabet of GSM 7-bit (3GPP TS 23.038, 6.2.1), without the escape code, which is no character. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
/** Extension table of the same clause: each is sent as an escape and a second septet. */
const EXTENSION = '\f^{}\\[~]|€'

/** Septets by UTF-16 code unit, 0 for what the alphabet lacks. It ends at €, the highest character. */
const SEPTETS = new Uint8Array(0x20ad)
for (const character of BASIC) SEPTETS[character.charCodeAt(0)] = 1
for (const character of EXTENSION) SEPTETS[character.charCodeAt(0)] = 2

/** Septets of one UTF-16 code unit: 1, 2 for the extension, 0 if GSM-7 lacks it. */
export const septetsOf = (unit: number): number => SEPTETS[unit] ?? 0

/** Septets of the whole text; -1 if a character is not in GSM-7. */
export function countSeptets(text: string): number {
  let septets = 0
  for (let i = 0; i < text.length; i++) {
    const cost = septetsOf(text.charCodeAt(i))
    if (cost === 0) return -1
    septets += cost
  }
  return septets
}
