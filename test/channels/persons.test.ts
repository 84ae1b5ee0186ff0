import { describe, expect, test } from 'vitest'
import { channelRules } from '#worker/channels/rules.ts'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { heardAddress, personOf, type Spelling } from '#worker/flows/core/person.ts'
import { kitsOf } from '../conformance/kits.ts'

test.each(CHANNELS)('%s knows a person by each spelling, and nobody else', async (name) => {
  const channel = channelRules[name]
  const people = (await kitsOf(name)).find((kit) => kit.people)?.people ?? []
  expect(people).toHaveLength(3)
  const [one, same, other] = people.map((input) => {
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
