/** RFC 8187 `attr-char`, beside letters and digits: everything else is percent-encoded. */
const KEPT = /[^A-Za-z0-9!#$&+.^_`|~-]/g

const percent = (text: string): string =>
  encodeURIComponent(text).replace(KEPT, (character) =>
    character === '%' ? '%' : `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** A Content-Disposition (RFC 6266): the name in ASCII for old readers, and whole in UTF-8. */
export function contentDisposition(kind: 'attachment' | 'inline', name: string | null): string {
  if (name === null) return kind
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const whole = ascii === name ? '' : `; filename*=UTF-8''${percent(name)}`
  return `${kind}; filename="${ascii}"${whole}`
}

const EXTENDED = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i
const QUOTED = /;\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i
const BARE = /;\s*filename\s*=\s*([^\s;"]+)/i

/** The file name in a Content-Disposition; null if it names none that can be read. */
export function fileNameIn(header: string): string | null {
  const extended = EXTENDED.exec(header)?.[1]
  if (extended !== undefined) {
    try {
      return decodeURIComponent(extended)
    } catch {
      // Not percent-encoded UTF-8: the plain form may still be good.
    }
  }
  return QUOTED.exec(header)?.[1]?.replace(/\\(.)/g, '$1') ?? BARE.exec(header)?.[1] ?? null
}
