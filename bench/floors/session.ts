import { DurableObject } from 'cloudflare:workers'

interface FloorEnv {
  readonly SESSION: DurableObjectNamespace<FloorSession>
}

/** The least that a session's object does in a turn: note it, and ask the application. */
export class FloorSession extends DurableObject {
  async turn(url: string, headers: [string, string][], body: string): Promise<string> {
    await this.ctx.storage.put('turn', body)
    return (await fetch(url, { method: 'POST', headers, body })).text()
  }
}

/** Posts what it is posted to `?url=`, by the object of `?session=`. */
export default {
  async fetch(request: Request, { SESSION }: FloorEnv): Promise<Response> {
    const { searchParams } = new URL(request.url)
    const [session, url] = [searchParams.get('session') ?? '', searchParams.get('url') ?? '']
    const headers = [...request.headers].filter(([name]) => name.startsWith('webhook-'))
    return new Response(await SESSION.getByName(session).turn(url, headers, await request.text()))
  },
}
