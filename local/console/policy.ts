import { HTTPS_ALONE } from '#worker/middleware/request-id.ts'

/**
 * Hashes of the style elements that React Aria puts into a page, as `sha256-…`. A browser's own log names one that is missing.
 */
export const STYLE_HASHES: readonly string[] = ['sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o=']

/** Content security policy of the console: no inline code, nothing from elsewhere. */
const POLICY: Readonly<Record<string, readonly string[]>> = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", ...STYLE_HASHES.map((hash) => `'${hash}'`)],
  'img-src': ["'self'", 'data:', 'blob:'],
  // Voice messages, which a page fetches with its token.
  'media-src': ["'self'", 'blob:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  // Mails that came in, in a sandboxed frame that holds them itself (`srcdoc`).
  'frame-src': ["'self'"],
  'manifest-src': ["'self'"],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
}

/** Features of a browser that no page of the console uses. Passkeys, the clipboard and downloads stay. */
const OFF = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
]

/** Headers of everything that the console is made of. */
export const CONSOLE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': Object.entries(POLICY)
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': OFF.map((feature) => `${feature}=()`).join(', '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
}

/** How long files are kept whose names change with what they hold. Others are asked for each time (Cloudflare's default). */
export const HASHED_FILES = { path: '/assets/*', cacheControl: 'public, max-age=31536000, immutable' } as const

/** Text of `_headers`, by which Cloudflare and the emulator answer files; `http`: of who serves them without TLS. */
export function headersFile(over: 'https' | 'http' = 'https'): string {
  const lines = Object.entries({
    ...CONSOLE_HEADERS,
    ...(over === 'https' ? { 'Strict-Transport-Security': HTTPS_ALONE } : {}),
  }).map(([name, value]) => `  ${name}: ${value}\n`)
  return `/*\n${lines.join('')}${HASHED_FILES.path}\n  Cache-Control: ${HASHED_FILES.cacheControl}\n`
}
