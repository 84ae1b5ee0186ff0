import { DurableObject } from 'cloudflare:workers'

interface FloorEnv {
  readonly OBJECT: DurableObjectNamespace<FloorObject>
}

/** The least that an object does that decides something: it counts, and stores the count. */
export class FloorObject extends DurableObject {
  count(): number {
    const count = (this.ctx.storage.kv.get<number>('count') ?? 0) + 1
    this.ctx.storage.kv.put('count', count)
    return count
  }
}

/** Calls the object of `?name=` once. */
export default {
  async fetch(request: Request, { OBJECT }: FloorEnv): Promise<Response> {
    const name = new URL(request.url).searchParams.get('name') ?? ''
    return Response.json({ count: await OBJECT.getByName(name).count() })
  },
}
