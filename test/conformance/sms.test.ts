import { kavenegarKit } from './sms/kavenegar.ts'
import { sandboxByRefKit, sandboxKit } from './sms/sandbox.ts'
import { twilioKit } from './sms/twilio.ts'
import { conform } from './suite.ts'

/** ONE WORD PER PROVIDER. */
conform('sms', [sandboxKit, sandboxByRefKit, kavenegarKit, twilioKit])
