import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MINUTE } from '#worker/domain/time.ts'
import { startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'

let it: VerificationWorld
beforeAll(async () => {
  it = await startVerifications()
})
afterAll(() => it.world.dispose())

let count = 0
/** A number that no other test has. */
const number = (): string => `+98912600${String(1_000 + count++)}`

/** A verification of a new number, with the code that arrived there. */
async function started(more: Readonly<Record<string, unknown>> = {}) {
  const to = number()
  const { id } = await it.start({ to, ...more })
  return { id, to, code: await it.codeTo(to) }
}
const over = (reason: string) => ({ http: 422, body: expect.objectContaining({ code: 'verification-over', reason }) })

describe('a code', () => {
  test('that is right proves the number that it was sent to, once', async () => {
    const { id, to, code } = await started()
    expect(await it.check(id, code)).toMatchObject({ http: 200, body: { status: 'approved', to } })
    expect(await it.check(id, code)).toEqual(over('approved'))
    expect(await it.world.json(`/v1/verifications/${id}`)).toMatchObject({ status: 'approved', to, checksLeft: 0 })
  })

  test('is read as people type it', async () => {
    const { id, code } = await started()
    const persian = [...code].map((digit) => String.fromCharCode(0x06f0 + Number(digit))).join('')
    expect((await it.check(id, ` ${persian.slice(0, 3)} ${persian.slice(3)}`)).body.status).toBe('approved')
  })

  test('of another verification of the same number is wrong', async () => {
    const to = number()
    const first = await it.start({ to })
    const second = await it.start({ to })
    const codes = [await it.codeTo(to, 0), await it.codeTo(to, 1)] as const
    expect(codes[0]).not.toBe(codes[1])
    expect((await it.check(first.id, codes[1])).body).toMatchObject({ status: 'pending', checksLeft: 4 })
    expect((await it.check(second.id, codes[1])).body.status).toBe('approved')
  })

  test('is wrong under another binding, and under none', async () => {
    const { id, code } = await started({ binding: 'session-a' })
    expect((await it.check(id, code, { binding: 'session-b' })).body).toMatchObject({
      status: 'pending',
      checksLeft: 4,
    })
    expect((await it.check(id, code)).body).toMatchObject({ status: 'pending', checksLeft: 3 })
    expect((await it.check(id, code, { binding: 'session-a' })).body.status).toBe('approved')
  })

  test('without a binding is wrong under one', async () => {
    const { id, code } = await started()
    expect((await it.check(id, code, { binding: 'x' })).body.status).toBe('pending')
  })

  test('of a canceled verification is refused', async () => {
    const { id, code } = await started()
    expect(await it.world.json(`/v1/verifications/${id}/cancel`, { method: 'POST' })).toMatchObject({
      status: 'canceled',
    })
    expect(await it.check(id, code)).toEqual(over('canceled'))
  })

  test('cannot be turned to another number: neither the check nor the resend takes one, and the id is of one recipient', async () => {
    const { id, to, code } = await started()
    for (const [path, body] of [
      ['check', { code, to: number() }],
      ['resend', { to: number() }],
    ] as const) {
      const answer = await it.world.call(`/v1/verifications/${id}/${path}`, { body })
      expect([answer.status, await answer.json()]).toMatchObject([422, { errors: [{ pointer: '/to' }] }])
    }
    expect((await it.check(id, code)).body).toMatchObject({ status: 'approved', to })
  })
})

describe('guesses', () => {
  test('the sixth try is refused even if it is right', async () => {
    const { id, code } = await started()
    const wrong = it.wrong(code)
    for (const checksLeft of [4, 3, 2, 1])
      expect(await it.check(id, wrong)).toMatchObject({ http: 200, body: { status: 'pending', checksLeft } })
    expect(await it.check(id, wrong)).toEqual(over('failed'))
    expect(await it.check(id, code)).toEqual(over('failed'))
  })

  test('ten wrong ones over three verifications block the recipient, whatever is right after them', async () => {
    const to = number()
    const ids: string[] = []
    for (const n of [0, 1, 2]) {
      ids.push((await it.start({ to })).id)
      await it.codeTo(to, n)
    }
    const codes = await Promise.all([0, 1, 2].map((n) => it.codeTo(to, n)))
    const wrong = it.wrong(...codes)
    const reasons: unknown[] = []
    for (const id of ids)
      for (const _ of [1, 2, 3, 4]) {
        const { http, body } = await it.check(id, wrong)
        reasons.push(http === 200 ? body.checksLeft : body.reason)
      }
    expect(reasons).toEqual([4, 3, 2, 1, 4, 3, 2, 1, 1, 'blocked', 'blocked', 'blocked'])
    for (const [n, id] of ids.entries()) expect(await it.check(id, codes[n] ?? '')).toEqual(over('blocked'))
    const answer = await it.world.call('/v1/verifications', { body: { to } })
    expect([answer.status, await answer.json()]).toMatchObject([429, { code: 'too-many-checks' }])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(23 * 3_600)
    expect((await it.start({ to: number() })).status).toBe('pending')
  })

  test('fifty parallel checks of the right code give one `approved`', async () => {
    const { id, code } = await started()
    const all = await Promise.all(Array.from({ length: 50 }, () => it.check(id, code)))
    expect(all.filter(({ http }) => http === 200).map(({ body }) => body.status)).toEqual(['approved'])
    expect(all.filter(({ http }) => http === 422).length).toBe(49)
  })

  test('a race of a hundred checks gets five tries', async () => {
    const { id, code } = await started()
    const guesses = Array.from({ length: 100 }, (_, n) => String(200_000 + n)).filter((guess) => guess !== code)
    const all = await Promise.all(guesses.map((guess) => it.check(id, guess)))
    expect(all.filter(({ http }) => http === 200).length).toBe(4)
    expect(await it.check(id, code)).toEqual(over('failed'))
  })
})

describe('further codes', () => {
  const resend = (id: string, body: object = {}) => it.world.call(`/v1/verifications/${id}/resend`, { body })

  test('come after growing delays, are new ones, and share the checks; the newest three count', async () => {
    const { id, to, code } = await started()
    await it.check(id, it.wrong(code))
    const early = await resend(id)
    expect([early.status, await early.json()]).toMatchObject([429, { code: 'too-many-codes' }])
    const codes = [code]
    for (const [n, seconds] of [30, 60, 120].entries()) {
      await it.later(seconds * 1_000)
      const answer = await resend(id)
      expect([answer.status, await answer.json()]).toMatchObject([202, { id, status: 'pending', checksLeft: 4 }])
      codes.push(await it.codeTo(to, n + 1))
    }
    expect(new Set(codes).size).toBe(4)
    expect((await it.check(id, codes[0] ?? '')).body).toMatchObject({ status: 'pending', checksLeft: 3 })
    expect((await it.check(id, codes[1] ?? '')).body.status).toBe('approved')
  })

  test('are asked for without a body too, and with one of another type not', async () => {
    const { id, to } = await started()
    await it.later(30_000)
    const path = `/v1/verifications/${id}/resend`
    const typed = await it.world.call(path, { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } })
    expect([typed.status, await typed.json()]).toMatchObject([
      415,
      { detail: expect.stringContaining('application/json') },
    ])
    const answer = await it.world.call(path, { method: 'POST' })
    expect([answer.status, await answer.json()]).toMatchObject([202, { id, status: 'pending' }])
    await it.codeTo(to, 1)
  })

  test('one recipient gets five in ten minutes, however many verifications are started', async () => {
    const to = number()
    for (const _ of [1, 2, 3, 4, 5]) await it.start({ to })
    const sixth = await it.world.call('/v1/verifications', { body: { to } })
    expect([sixth.status, await sixth.json()]).toMatchObject([429, { code: 'too-many-codes' }])
    await it.later(11 * MINUTE)
    expect((await it.start({ to })).status).toBe('pending')
  })

  test('a channel that the verification does not have is refused', async () => {
    const { id } = await started()
    await it.later(MINUTE)
    const answer = await resend(id, { channel: 'voice' })
    expect([answer.status, await answer.json()]).toMatchObject([422, { errors: [{ pointer: '/channel' }] }])
  })
})

describe('time', () => {
  test('a code that has expired is refused, each at its own end', async () => {
    const { id, to, code } = await started({ ttl: 60 })
    await it.later(40_000)
    await it.world.json(`/v1/verifications/${id}/resend`, { body: {}, status: 202 })
    const second = await it.codeTo(to, 1)
    await it.later(30_000)
    expect((await it.check(id, code)).body).toMatchObject({ status: 'pending', checksLeft: 4 })
    await it.later(31_000)
    expect(await it.check(id, second)).toEqual(over('expired'))
    expect(await it.world.json(`/v1/verifications/${id}`)).toMatchObject({ status: 'expired', checksLeft: 0 })
  })

  test('24 hours after the last use the ledger alone knows of it, and its code counts no more', async () => {
    const { id, to, code } = await started()
    await it.later(25 * 60 * MINUTE)
    expect(await it.check(id, code)).toEqual(over('expired'))
    expect(await it.world.json(`/v1/verifications/${id}`)).toMatchObject({ id, to, status: 'expired' })
  })
})

test('made-up ids, ids of other accounts and of the other mode are not found', async () => {
  const { id } = await started()
  for (const path of [`/v1/verifications/${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`, '/v1/verifications/ver_0'])
    expect((await it.world.call(path)).status).toBe(404)
})
