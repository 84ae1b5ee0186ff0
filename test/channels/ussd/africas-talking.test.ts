import { describe, expect, test } from 'vitest'
import { africasTalking } from '#worker/channels/ussd/africas-talking.ts'
import { CALLBACK, NOW, play } from '../../conformance/kit.ts'
import { resets } from '../../conformance/promise.ts'
import { endFields, form, turnFields } from '../../fixtures/africas-talking/ussd.ts'

const receive = (fields: Readonly<Record<string, string>>) =>
  africasTalking.open({}, play(resets).ports).receive?.(form(CALLBACK, fields))

describe('what is typed', () => {
  test.each([
    ['', 'start', null, []],
    ['1', 'input', '1', ['1']],
    ['1*2*09121234567', 'input', '09121234567', ['1', '2', '09121234567']],
    ['1*', 'input', '', ['1', '']],
    ['۱*سلام', 'input', 'سلام', ['۱', 'سلام']],
  ])('%j is a turn', async (text, event, input, inputs) => {
    const received = await receive(turnFields(text))
    expect(received?.turn).toEqual({
      sessionRef: 'ATUid_5d3b4c2bc589f4811820a7184eed4df5',
      event,
      from: '+254720123123',
      to: '*384*1#',
      input,
      inputs,
      network: '63902',
      at: NOW,
    })
  })
})

test('the notification at the end ends the session', async () => {
  expect((await receive(endFields))?.turn).toMatchObject({ event: 'end', input: null })
})

test.each(['sessionId', 'serviceCode', 'phoneNumber'])('a turn without %s is refused', async (name) => {
  const { [name as 'sessionId']: _, ...fields } = turnFields('1')
  await expect(receive(fields)).rejects.toMatchObject({ status: 400 })
})

test('10 KB of input is refused, and nothing of it said', async () => {
  await expect(receive(turnFields('private '.repeat(1_300)))).rejects.toMatchObject({
    status: 400,
    message: expect.not.stringContaining('private'),
  })
})

test('it pushes nothing, and says so', () => {
  expect(africasTalking.features).toEqual(['session'])
})
