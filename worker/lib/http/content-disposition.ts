/** Characters other than `attr-char` of RFC 8187, which must be percent-encoded. */
const KEPT = /[^A-Za-z0-9!#$&+.^_`|~-]/g

const percent = (text: string): string =>
  encodeURIComponent(text).replace(KEPT, (character) =>
    character === '%' ? '%' : `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** Content-Disposition (RFC 6266) with the name in ASCII for old readers and, where that is not all, in UTF-8. */
export function contentDisposition(kind: 'attachment' | 'inline', name: string | null): string {
  if (name === null) return kind
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const whole = ascii === name ? '' : `; filename*=UTF-8''${percent(name)}`
  return `${kind}; filename="${ascii}"${whole}`
}

const EXTENDED = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i
const QUOTED = /;\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i
const BARE = /;\s*filename\s*=\s*([^\s;"]+)/i

/** The file name in a Content-Disposition (RFC 6266); null if it names none that can be read. */
export function fileNameIn(header: string): string | null {
  const extended = EXTENDED.exec(header)?.[1]
  if (extended !== undefined) {
    try {
      return decodeURIComponent(extended)
    } catch {
      // Falls through to the plain form, because this one is no percent-encoded UTF-8.
    }
  }
  return QUOTED.exec(header)?.[1]?.replace(/\\(.)/g, '$1') ?? BARE.exec(header)?.[1] ?? null
}
