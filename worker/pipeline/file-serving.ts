import type { Platform } from './platform.ts'

/** A stored file by its signed URL: for carriers that fetch what they play or show. */
export async function serveFile(_platform: Platform, _request: Request, _token: string): Promise<Response> {
  return new Response(null, { status: 404 })
}
