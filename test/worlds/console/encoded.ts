import type { Encoding } from '../../../console/src/parts/csv/decode.ts'

/** Bytes of a text as a program of people saves it; a letter that the encoding has not is a question mark. */
export function encoded(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> {
  if (encoding === 'utf-8') return Uint8Array.from(Buffer.from(text))
  if (encoding === 'windows-1256') {
    const letters = new Map<string, number>()
    for (let byte = 255; byte >= 0; byte--) letters.set(new TextDecoder(encoding).decode(Uint8Array.of(byte)), byte)
    return Uint8Array.from(text, (letter) => letters.get(letter) ?? 0x3f)
  }
  const bytes = new Uint8Array(text.length * 2)
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), encoding === 'utf-16le')
  return bytes
}
