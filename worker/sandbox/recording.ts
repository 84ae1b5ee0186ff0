import { SANDBOX_FILE } from '#worker/vendors/sandbox.ts'

/** Samples of the recording: a tenth of a second at 8 kHz. */
const SAMPLES = 800

/** Makes a tenth of a second of silence: RIFF/WAVE, mono, 8 kHz, 8 bits unsigned. */
function silence(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + SAMPLES).fill(128, 44)
  const view = new DataView(bytes.buffer)
  const text = (at: number, value: string): void => {
    for (let i = 0; i < value.length; i++) view.setUint8(at + i, value.charCodeAt(i))
  }
  text(0, 'RIFF')
  view.setUint32(4, 36 + SAMPLES, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, 8_000, true)
  view.setUint32(28, 8_000, true)
  view.setUint16(32, 1, true)
  view.setUint16(34, 8, true)
  text(36, 'data')
  view.setUint32(40, SAMPLES, true)
  return bytes
}

/** Answers with the recording that people of the sandbox carrier send back. */
export const recording = (): Response => new Response(silence(), { headers: { 'content-type': SANDBOX_FILE.type } })
