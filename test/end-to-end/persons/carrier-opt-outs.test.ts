import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../worlds/world.ts'
import { type PersonWorld, startPersonWorld } from './carriers.ts'
import { talkIn } from './talk.ts'

let world: PersonWorld
const { send, heardWith, optOutsOf, stopped } = talkIn(() => world)
beforeAll(async () => {
  world = await startPersonWorld()
})
afterAll(() => world.dispose())

const hear = (from: string, Body: string, OptOutType: string) => world.hear('twilio', from, Body, { OptOutType })
const lifted = (person: string) =>
  until('the opt-out is lifted', async () => (await optOutsOf('twilio', person)).length === 0)

describe('what Twilio read in a message (OptOutType)', () => {
  const WORDS = ['ARRET', 'PARAR', 'ALTO', 'no more of this, please?', '', 'START']
  test.each(WORDS.map((words, i) => [words, `+3361234560${i}`]))(
    'STOP with the words %j stops that line, for codes it changes nothing',
    async (words, person) => {
      await hear(person, words, 'STOP')
      expect(await stopped('twilio', person)).toMatchObject([{ source: 'keyword', sender: '+15017122661' }])
      expect((await send('twilio', person)).status).toBe('suppressed')
      expect((await send('twilio', person, 'otp')).status).toBe('submitted')
      expect((await send('kavenegar', person)).status).toBe('submitted')
    },
  )

  test('START with any words lifts it, also the block that the carrier made of it', async () => {
    const person = '+33612345610'
    await hear(person, 'ARRET', 'STOP')
    await stopped('twilio', person)
    await hear(person, 'REPRENDRE', 'START')
    await lifted(person)
    await send('twilio', person, 'otp')
    await world.report('undelivered', { ErrorCode: '21610' })
    expect(await stopped('twilio', person)).toMatchObject([{ source: 'carrier' }])
    await world.hear('twilio', person, '«START!»')
    await heardWith('«START!»')
    expect(await optOutsOf('twilio', person)).toHaveLength(1)
    await hear(person, 'REPRENDRE', 'START')
    await lifted(person)
    expect((await send('twilio', person)).status).toBe('submitted')
  })

  test('HELP changes nothing, neither for who is stopped nor for who is not', async () => {
    const [stops, stays] = ['+33612345620', '+33612345621']
    await hear(stops, 'stop', 'STOP')
    await stopped('twilio', stops)
    await hear(stops, 'aide un', 'HELP')
    await hear(stays, 'aide deux', 'HELP')
    await heardWith('aide un')
    await heardWith('aide deux')
    expect(await optOutsOf('twilio', stops)).toHaveLength(1)
    expect(await optOutsOf('twilio', stays)).toEqual([])
  })

  test('a reading that is not known leaves the words to be read here', async () => {
    await hear('+33612345630', 'STOP', 'LATER')
    await hear('+33612345631', 'bonjour à vous', 'LATER')
    await stopped('twilio', '+33612345630')
    await heardWith('bonjour à vous')
    expect(await optOutsOf('twilio', '+33612345631')).toEqual([])
  })
})
