import type { Platform } from './platform.ts'

/** What a person’s device tells of a message: shown, opened, replied. */
export async function reportByPerson(_platform: Platform, _request: Request, _token: string): Promise<Response> {
  return new Response(null, { status: 404 })
}
