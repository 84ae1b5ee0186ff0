import { conform } from './suite.ts'
import { africasTalkingKit } from './voice/africas-talking.ts'
import { kavenegarKit } from './voice/kavenegar.ts'
import { sandboxKit } from './voice/sandbox.ts'
import { twilioKit } from './voice/twilio.ts'

/** ONE WORD PER PROVIDER. */
conform('voice', [sandboxKit, kavenegarKit, twilioKit, africasTalkingKit])
