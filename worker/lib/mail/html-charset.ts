/** Bytes of a page in which its charset is looked for; the HTML standard wants at least 1,024. */
const SEARCHED = 4_096

const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?/g

/** Answers the charset that a `meta` element declares by its attributes. */
function metaCharset(attributes: string): string | null {
  const values = new Map<string, string>()
  for (const [, name = '', double, single, bare] of attributes.matchAll(ATTRIBUTE))
    if (!values.has(name.toLowerCase())) values.set(name.toLowerCase(), double ?? single ?? bare ?? '')
  const charset = values.get('charset')
  if (charset !== undefined && charset !== '') return charset
  if (values.get('http-equiv')?.toLowerCase() !== 'content-type') return null
  return /charset\s*=\s*["']?([^\s"';]+)/i.exec(values.get('content') ?? '')?.[1] ?? null
}

/**
 * Answers the charset that an HTML text declares in its first `meta` element or its XML declaration; null if there is none.
 * Follows the prescan of the HTML standard (13.2.3.2): comments are passed over, and UTF-16 means UTF-8, for the declaration
 * itself could be read.
 */
export function htmlCharset(bytes: Uint8Array): string | null {
  const page = new TextDecoder('windows-1252').decode(bytes.subarray(0, SEARCHED))
  const label = declared(page)
  return label !== null && /^(?:utf-?16|ucs-?2)/i.test(label) ? 'utf-8' : label
}

function declared(page: string): string | null {
  const [, xml] = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]+)/i.exec(page.slice(0, 200)) ?? []
  if (xml !== undefined) return xml
  let at = page.indexOf('<')
  while (at >= 0) {
    let end = at + 1
    if (page.startsWith('<!--', at)) {
      const close = page.indexOf('-->', at + 2)
      if (close < 0) return null
      end = close + 3
    } else if (/^<meta[\s/]/i.test(page.slice(at, at + 6))) {
      const close = page.indexOf('>', at)
      if (close < 0) return null
      const charset = metaCharset(page.slice(at + 5, close))
      if (charset !== null) return charset
      end = close
    }
    at = page.indexOf('<', end)
  }
  return null
}
