import { toBase64, utf8 } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'

/**
 * Headers of an HTML page that brings all it needs. Its content security policy lets only this `style` take effect and forms go
 * to `forms`, so that text that slipped into the page can do nothing. `more`: directives for what else a page needs.
 */
export async function pageHeaders(
  style: string,
  forms: 'none' | 'self',
  more = '',
): Promise<Readonly<Record<string, string>>> {
  const hash = toBase64(await sha256(utf8(style)))
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; ${more === '' ? '' : `${more}; `}base-uri 'none'; form-action '${forms}'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  }
}
