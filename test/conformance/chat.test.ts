import { baleKit } from './chat/bale.ts'
import { baleSafirKit } from './chat/bale-safir.ts'
import { sandboxKit } from './chat/sandbox.ts'
import { telegramKit } from './chat/telegram.ts'
import { whatsappKit } from './chat/whatsapp.ts'
import { conform } from './suite.ts'

/** ONE WORD PER PROVIDER. */
conform('chat', [sandboxKit, telegramKit, baleKit, baleSafirKit, whatsappKit])
