import { sandboxKit } from './email/sandbox.ts'
import { conform } from './suite.ts'

/** ONE WORD PER PROVIDER. */
conform('email', [sandboxKit])
