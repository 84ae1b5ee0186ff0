import { toBase64, utf8 } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'

/** Headers of an HTML page that holds all it needs: nothing but its one `style` takes effect, and its forms go to `forms`. */
export async function pageHeaders(style: string, forms: 'none' | 'self'): Promise<Readonly<Record<string, string>>> {
  const hash = toBase64(await sha256(utf8(style)))
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action '${forms}'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  }
}
