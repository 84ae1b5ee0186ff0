import type { Platform } from './platform.ts'

/** One-click unsubscribe (RFC 8058) and its page for people. */
export async function unsubscribe(_platform: Platform, _request: Request, _token: string): Promise<Response> {
  return new Response(null, { status: 404 })
}
