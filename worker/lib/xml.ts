const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Characters that no XML 1.0 document may hold, even escaped (production 2): most controls, half surrogate pairs, U+FFFE. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

/** Escapes text for an element or a quoted attribute; characters that XML cannot hold are left out. */
const escapeXml = (text: string): string =>
  text.replace(FORBIDDEN, '').replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)

/** An element as data. Attributes that are undefined are left out. */
export interface XmlElement {
  readonly name: string
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Text, or elements in their order. */
  readonly children?: string | readonly XmlElement[]
}

/** Writes one element. Names must be the caller's own words; values may be anybody's and are escaped. */
function xmlOf({ name, attributes = {}, children = [] }: XmlElement): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('')
  const inner = typeof children === 'string' ? escapeXml(children) : children.map(xmlOf).join('')
  return inner === '' ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>`
}

/** Writes a whole document with this root element. */
export const xmlDocument = (root: XmlElement): string => `<?xml version="1.0" encoding="UTF-8"?>${xmlOf(root)}`
