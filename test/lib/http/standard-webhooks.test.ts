import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { utf8 } from '#worker/lib/bytes.ts'
import { importSecret, newSecret, signed } from '#worker/lib/http/standard-webhooks.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

describe('standard webhooks', () => {
  test('signs the vector of the specification', async () => {
    const { headers, body } = await signed(
      [await importSecret(SECRET)],
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330,
      utf8('{"test": 2432232314}'),
    )
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
    expect(new TextDecoder().decode(body)).toBe('{"test": 2432232314}')
  })

  test('signs with every live secret, so that either of them verifies with the reference library', async () => {
    const secrets = [newSecret(), newSecret()]
    const keys = await Promise.all(secrets.map(importSecret))
    const text = '{"متن":"سلام 😀"}'
    const { headers, body } = await signed(keys, 'evt_1', Math.floor(Date.now() / 1000), utf8(text))
    for (const secret of secrets)
      expect(new Webhook(secret).verify(Buffer.from(body).toString(), headers)).toEqual({ متن: 'سلام 😀' })
    expect(() => new Webhook(newSecret()).verify(text, headers)).toThrow()
    expect(() => new Webhook(secrets[0] ?? '').verify(`${text} `, headers)).toThrow()
  })

  test('makes secrets of 32 bytes, each another', () => {
    const secret = newSecret()
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32)
    expect(newSecret()).not.toBe(secret)
  })

  test.each([
    '',
    'whsec_',
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_c2hvcnQ=',
    `whsec_${'A'.repeat(90)}`,
    'whsec_***',
  ])('refuses %j as a secret', async (secret) => {
    await expect(async () => importSecret(secret)).rejects.toThrow('not a webhook secret')
  })
})
