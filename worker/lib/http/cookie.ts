/** Value of the cookie of this name in a request; null: there is none, or two, of which nobody knows which is meant. */
export function cookieNamed(request: Request, name: string): string | null {
  const found = (request.headers.get('cookie') ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at >= 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : []
  })
  return found.length === 1 ? (found[0] ?? null) : null
}
