import { conform } from './suite.ts'
import { sandboxKit } from './voice/sandbox.ts'

/** ONE WORD PER PROVIDER. */
conform('voice', [sandboxKit])
