import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boundedFetch, httpFaultOf, readBounded } from '#worker/lib/http/bounded-http.ts'
import { PATIENCE } from '../../patience.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

/** The same hostile carriers as in ports.test.ts, met by workerd's own fetch. */
describe('in workerd', () => {
  let chapar: Harness
  const never = new Promise<Response>(() => undefined)
  const carriers: Record<string, () => Response | Promise<Response>> = {
    '/good': () => Response.json({ results: [{ id: 'sbx_1' }] }),
    '/reset': () => {
      throw new Error('reset')
    },
    '/hang': () => never,
    '/drip': () =>
      new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([123])) })),
    '/huge': () => new Response(new Uint8Array(10_000_000).fill(32)),
    '/redirect': () => new Response(null, { status: 307, headers: { location: 'https://elsewhere.example/' } }),
    '/half': () => new Response('{"results":[{"id":'),
  }

  beforeAll(async () => {
    chapar = await startChapar({
      entry: 'test/worlds/entries/wire.ts',
      outbound: async (request) => {
        const { pathname, host } = new URL(request.url)
        const carrier = carriers[`/${pathname.split('/')[1]}`]
        if (!carrier || host !== 'carrier.example') throw new Error('nobody asked for that')
        return carrier()
      },
    })
  })
  afterAll(() => chapar?.dispose())

  it.each([
    ['/good', '200', 'accepted'],
    ['/reset', 'unreachable', 'unknown'],
    ['/hang', 'timed-out', 'unknown'],
    ['/drip', 'timed-out', 'unknown'],
    ['/huge', 'too-large', 'unknown'],
    ['/redirect', '307', 'unknown'],
    ['/half', '200', 'unknown'],
  ])('%s: %s, and the submit is %s', async (path, fault, outcome) => {
    // Only who never answers is given up soon: ten megabytes take a busy machine their time.
    const timeout = fault === 'timed-out' ? 300 : PATIENCE
    expect(await (await chapar.fetch(`${path}?timeout=${timeout}`)).json()).toEqual({ fault, outcome })
  })
})

describe('reading', () => {
  const stream = (...sizes: number[]) => new Response(new Uint8Array(sizes.reduce((a, b) => a + b))).body

  it('takes exactly the limit and not a byte more', async () => {
    expect((await readBounded(stream(100), 100))?.length).toBe(100)
    expect(await readBounded(stream(101), 100)).toBeNull()
    expect((await readBounded(null, 100))?.length).toBe(0)
  })

  it('does not wait for the end of a stream that is over the limit', async () => {
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(64)) })
    expect(await readBounded(endless, 100)).toBeNull()
  })
})

describe('the answer', () => {
  it('keeps status and headers, but not the length of the wire', async () => {
    const reach = async () =>
      new Response('x', { status: 418, headers: { 'retry-after': '7', 'content-length': '99' } })
    const response = await boundedFetch(reach, new Request('https://a.example'))
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([418, '7', 'x'])
    expect(response.headers.get('content-length')).toBeNull()
  })

  it('may have no body', async () => {
    const response = await boundedFetch(
      async () => new Response(null, { status: 204 }),
      new Request('https://a.example'),
    )
    expect(response.status).toBe(204)
  })

  it('is a fault of ours alone: what was thrown inside is not passed on', async () => {
    const reach = () => Promise.reject(new Error('key in the path: /v1/secret/'))
    const error: unknown = await boundedFetch(reach, new Request('https://a.example')).catch(
      (caught: unknown) => caught,
    )
    expect(httpFaultOf(error)).toBe('unreachable')
    expect(String(error)).not.toContain('secret')
  })
})
