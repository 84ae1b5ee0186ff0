import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Platform } from '#worker/flows/core/platform.ts'
import { fileUrl } from '#worker/flows/media/files.ts'
import { altered } from '../../worlds/altered.ts'
import { type MediaWorld, startMediaWorld } from '../../worlds/media-world.ts'
import { configOf } from '../../worlds/tenant-world.ts'

const DAY = 86_400_000
let it: MediaWorld
let signed: (id: string, now?: number) => Promise<string>
beforeAll(async () => {
  it = await startMediaWorld()
  const config = await configOf(it.chapar.secrets)
  signed = async (id, now = Date.now()) => {
    const url = new URL(await fileUrl({ config, now: () => now } as unknown as Platform, id as `med_${string}`))
    return url.pathname + url.search
  }
})
afterAll(() => it.dispose())

const get = (path: string, init: RequestInit = {}) => it.chapar.fetch(path, init)
const refusal = async (path: string, init: RequestInit = {}): Promise<number> => {
  const answer = await get(path, init)
  expect(await answer.text()).toBe('')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  return answer.status
}

describe('a file’s URL', () => {
  test('gives the file as what it is, to be kept no longer than it is good', async () => {
    const id = await it.upload('ID3 audio', 'audio/mpeg')
    const answer = await get(await signed(id))
    expect([answer.status, await answer.text()]).toEqual([200, 'ID3 audio'])
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'audio/mpeg',
      'content-disposition': 'inline',
      'content-length': '9',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
    const [, age = ''] = /^private, max-age=(\d+)$/.exec(answer.headers.get('cache-control') ?? '') ?? []
    expect(Number(age)).toBeGreaterThan(86_000)
    expect(Number(age)).toBeLessThanOrEqual(86_400)
  })

  test('is a download unless it is a picture, audio or video', async () => {
    const answer = await get(await signed(await it.upload('a,b', 'text/csv')))
    expect(answer.headers.get('content-disposition')).toBe('attachment')
    expect(await answer.text()).toBe('a,b')
  })

  test('answers ranges and HEAD, as players ask', async () => {
    const path = await signed(await it.upload('0123456789', 'audio/mpeg'))
    const part = await get(path, { headers: { range: 'bytes=2-5' } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-5/10', '2345'])
    const over = await get(path, { headers: { range: 'bytes=20-' } })
    expect([over.status, over.headers.get('content-range'), await over.text()]).toEqual([416, 'bytes */10', ''])
    const head = await get(path, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', ''])
  })

  test('that was changed in any way is refused without a word', async () => {
    const id = await it.upload('x')
    const other = await it.upload('y')
    const path = await signed(id)
    const url = new URL(path, it.chapar.baseUrl)
    const mac = url.searchParams.get('mac') ?? ''
    const until = Number(url.searchParams.get('until'))
    const changed = (name: string, value: string) => {
      const copy = new URL(url)
      copy.searchParams.set(name, value)
      return copy.pathname + copy.search
    }
    expect(await refusal(path.replace(id, other))).toBe(403)
    for (const later of [String(until + 1), String(until + 86_400), `0${until}x`, '', '1e12', '-1'])
      expect(await refusal(changed('until', later)), later).toBe(403)
    for (const forged of [altered(mac), '', mac.slice(1), `${mac}0`])
      expect(await refusal(changed('mac', forged)), forged).toBe(403)
    expect(await refusal(url.pathname)).toBe(403)
    expect(await refusal(`/files/${altered(id)}${url.search}`)).toBe(404)
    expect(await refusal(`/files/msg_x${url.search}`)).toBe(404)
  })

  test('is over after a day, and when the file is', async () => {
    const id = await it.upload('x')
    expect(await refusal(await signed(id, Date.now() - DAY - 1_000))).toBe(410)
    expect((await get(await signed(id, Date.now() - DAY + 60_000))).status).toBe(200)
    const path = await signed(id)
    await it.world.call(`/v1/media/${id}`, { method: 'DELETE' })
    expect(await refusal(path)).toBe(404)
  })

  test('takes no other method', async () => {
    const path = await signed(await it.upload('x'))
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect(await refusal(path, { method })).toBe(405)
    }
  })
})
