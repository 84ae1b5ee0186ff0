/** CRC-32 (ISO 3309, as in zlib) of ASCII text. Finds typing errors and chance matches, not forgeries. */
export function crc32(text: string): number {
  let crc = 0xffff_ffff
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i) & 0xff
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0)
  }
  return (crc ^ 0xffff_ffff) >>> 0
}
