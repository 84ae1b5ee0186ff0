import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { newCode } from '#worker/domain/verifications/code.ts'
import { startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'

const APP_HASH = 'FA+9qCX9VSu'

let it: VerificationWorld
beforeAll(async () => {
  it = await startVerifications({ tenant: { codes: { leastDigits: 4, brand: 'Chapar Shop', domain: 'shop.example' } } })
})
afterAll(() => it.world.dispose())

let count = 0
const number = (): string => `+98912610${String(1_000 + count++)}`
async function textOf(more: Readonly<Record<string, unknown>>): Promise<string> {
  const to = number()
  await it.start({ to, ...more })
  const code = await it.codeTo(to)
  return (it.textsTo(to)[0] ?? '').replaceAll(code, '<code>')
}

describe('the text of a code', () => {
  test.each([
    ['fa', 'کد تأیید Chapar Shop: <code>\n@shop.example #<code>'],
    ['en', 'Your Chapar Shop code: <code>\n@shop.example #<code>'],
    ['ar', 'رمز التحقق من Chapar Shop: <code>\n@shop.example #<code>'],
  ])('in %s has the account’s name, and the line by which browsers fill it in as the last', async (locale, text) => {
    expect(await textOf({ locale })).toBe(text)
  })

  test('is in the language of the account’s region unless another is asked for', async () => {
    expect(await textOf({})).toContain('کد تأیید')
  })

  test('has the hash of an Android app and the domain that the call names', async () => {
    const template = { domain: 'login.example.com', appHash: APP_HASH }
    expect(await textOf({ locale: 'en', template })).toBe(
      `Your Chapar Shop code: <code>\n${APP_HASH}\n@login.example.com #<code>`,
    )
  })

  test('fits one segment', async () => {
    const to = number()
    const { messageIds } = await it.start({ to, locale: 'fa', template: { appHash: APP_HASH } })
    await it.codeTo(to)
    const sent = await it.world.json<{ units: number }>(`/v1/messages/${messageIds[0]}`)
    expect(sent.units).toBe(1)
  })
})

describe('the length of a code', () => {
  test('is six unless asked otherwise, up to ten', async () => {
    for (const [digits, length] of [
      [undefined, 6],
      [6, 6],
      [10, 10],
    ] as const) {
      const to = number()
      const { checksLeft } = await it.start({ to, ...(digits === undefined ? {} : { digits }) })
      expect([(await it.codeTo(to)).length, checksLeft]).toEqual([length, 5])
    }
    for (const digits of [3, 11, 6.5])
      expect((await it.world.call('/v1/verifications', { body: { to: number(), digits } })).status).toBe(422)
  })

  test('is four or five only where the operator allows it, and then there are three checks', async () => {
    const to = number()
    const { id, checksLeft } = await it.start({ to, digits: 4 })
    const code = await it.codeTo(to)
    expect([code.length, checksLeft]).toEqual([4, 3])
    const guess = code === '1111' ? '2222' : '1111'
    for (const left of [2, 1]) expect((await it.check(id, guess)).body.checksLeft).toBe(left)
    expect((await it.check(id, guess)).body.reason).toBe('failed')
    expect((await it.check(id, code)).body.reason).toBe('failed')
  })
})

test('every digit of a code is as likely as any other: of all the bytes there are, each digit comes of equally many', () => {
  let next = 0
  const bytes = vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    const view = array as unknown as Uint8Array
    for (let i = 0; i < view.length; i++) view[i] = next++ % 256
    return array
  })
  const counts = new Map<string, number>()
  while (next < 256 * 40) for (const digit of newCode(10)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  bytes.mockRestore()
  const [least, most] = [Math.min(...counts.values()), Math.max(...counts.values())]
  // By the remainder alone 0 to 5 would come a twenty-fifth more often.
  expect([counts.size, (most - least) / least < 0.02]).toEqual([10, true])
})
