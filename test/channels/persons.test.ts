import { describe, expect, test } from 'vitest'
import { channelRules } from '#worker/channels/rules.ts'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { heardAddress, personOf, type Spelling } from '#worker/flows/core/person.ts'

/** Two spellings of one person on each channel, and somebody else beside them. */
const PEOPLE: Readonly<Record<ChannelName, readonly [one: string, same: string, other: string]>> = {
  sms: ['+525512345678', '+52 1 55 1234 5678', '+525512345679'],
  voice: ['+541123456789', '+54 9 11 2345-6789', '+541123456788'],
  ussd: ['+5511987654321', '+55 11 8765-4321', '+5511987654320'],
  chat: ['whatsapp:+525512345678', 'WhatsApp:+521 55 1234 5678', 'bale:+525512345678'],
  email: ['sara@shop.example', 'SARA@Shop.Example', 'sara@shop2.example'],
  push: [`dev_${'0'.repeat(39)}`, `dev_${'0'.repeat(39)}`, `dev_${'1'.repeat(39)}`],
}

test.each(CHANNELS)('%s knows a person by each spelling, and nobody else', (name) => {
  const channel = channelRules[name]
  const [one, same, other] = PEOPLE[name].map((input) => {
    try {
      return personOf(channel, channel.address(input, null).value)
    } catch {
      return input
    }
  })
  expect(same).toBe(one)
  expect(other).not.toBe(one)
})

describe('what a carrier wrote', () => {
  const AT_HOME: Spelling = { home: 'IR', region: 'GB' }
  const ABROAD_IN = (region: Spelling['region']): Spelling => ({ home: null, region })

  test.each<[string, Spelling, string]>([
    // A carrier of one country writes as it is dialled there, whoever its customer is.
    ['02191234567', AT_HOME, '+982191234567'],
    ['09121234567', AT_HOME, '+989121234567'],
    ['9121234567', AT_HOME, '+989121234567'],
    ['989121234567', AT_HOME, '+989121234567'],
    ['5215512345678', AT_HOME, '+5215512345678'],
    // Bare digits of any other begin with the country code, also where the tenant's region would read them.
    ['4722123456', ABROAD_IN('US'), '+4722123456'],
    ['9613123456', ABROAD_IN('IR'), '+9613123456'],
    ['9607712345', ABROAD_IN('IR'), '+9607712345'],
    ['447700900123', ABROAD_IN('GB'), '+447700900123'],
    ['09121234567', ABROAD_IN('IR'), '+989121234567'],
    ['07700900123', ABROAD_IN('GB'), '+447700900123'],
    ['00447700900123', ABROAD_IN(null), '+447700900123'],
    // What no country reads stays as it came.
    ['07700900123', ABROAD_IN(null), '07700900123'],
    ['BANK', ABROAD_IN('IR'), 'BANK'],
    ['', ABROAD_IN('IR'), ''],
  ])('%s of %o is %s', (input, spelling, heard) => {
    expect(heardAddress(channelRules.sms, input, spelling)).toBe(heard)
  })
})
