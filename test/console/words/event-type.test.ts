import { expect, test } from 'vitest'
import { eventText, typeOfEvent } from '../../../console/src/pages/developers/webhooks/event-type.ts'

const MESSAGE = '01m854e3dacarpfn0000111ayja05ct0000'
const VERIFICATION = '7h2k9x4m1p3q01kb2m6q7v4c9h2n03m8r5t1w6y2z9k4p01f7w2k9q'

test.each([
  [`evt_${MESSAGE}_delivered`, 'message.delivered'],
  [`evt_${MESSAGE}_failed`, 'message.failed'],
  [`evt_${MESSAGE}_received`, 'message.received'],
  [`evt_${MESSAGE}_blocked`, 'suppression.added'],
  [`evt_${MESSAGE}_stop_0f`, 'suppression.added'],
  [`evt_${MESSAGE}_start`, 'suppression.removed'],
  [`evt_${VERIFICATION}_failed`, 'verification.failed'],
  [`evt_${VERIFICATION}_blocked`, 'verification.blocked'],
  ['evt_7h2k9x4m1p3qkb2m6q7v_ceiling_home_50', 'verification.ceiling'],
  ['evt_7h2k9x4m1p3q_turn3', 'session.turn'],
  ['evt_7h2k9x4m1p3q_removedkb2m6q7v', 'device.removed'],
  ['evt_0123456789abcdefghjk_test', 'webhook.test'],
  ['evt_7h2k9x4m1p3q_api', null],
  [`evt_${MESSAGE}_constructor`, null],
  ['evt_x', null],
])('the event of %s is %s', (id, type) => {
  expect(typeOfEvent(id)).toBe(type)
  expect(eventText(id) === null).toBe(type === null)
})
