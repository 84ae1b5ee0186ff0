import type { Trouble } from './carriers.ts'

export const well: Trouble = () => null
export const silent: Trouble = () => new Promise<Response>(() => {})
export const reset: Trouble = () => {
  throw new Error('reset')
}
export const html: Trouble = () =>
  new Response('<html>504</html>', { status: 504, headers: { 'content-type': 'text/html' } })
export const half: Trouble = () => new Response('{"return":{"status":200},"entr', { status: 200 })
export const huge: Trouble = () => new Response('x'.repeat(10_000_000))
export const fiveHundred: Trouble = () => Response.json({ error: 'oops' }, { status: 500 })

/** In trouble at the first call only. */
export function once(trouble: Trouble): Trouble {
  let isUsed = false
  return (call) => {
    if (isUsed) return null
    isUsed = true
    return trouble(call)
  }
}
