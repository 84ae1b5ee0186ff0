import { sandboxKit } from './push/sandbox.ts'
import { conform } from './suite.ts'

/** ONE WORD PER PROVIDER. */
conform('push', [sandboxKit])
