import { expect, it } from 'vitest'
import { providers } from '../../worker/channels/sms/providers.ts'
import { kavenegarKit } from './sms/kavenegar.ts'
import { sandboxByRefKit, sandboxKit } from './sms/sandbox.ts'
import { twilioKit } from './sms/twilio.ts'
import { conform } from './suite.ts'

/** ONE WORD PER PROVIDER. */
const kits = [sandboxKit, sandboxByRefKit, kavenegarKit, twilioKit]

it('every SMS provider has a kit', () => {
  expect(kits.map(({ provider }) => provider.name)).toEqual(Object.keys(providers))
})

conform('sms', kits)
