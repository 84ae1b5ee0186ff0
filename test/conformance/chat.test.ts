import { sandboxKit } from './chat/sandbox.ts'
import { conform } from './suite.ts'

/** ONE WORD PER PROVIDER. */
conform('chat', [sandboxKit])
