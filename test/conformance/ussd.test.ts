import { conform } from './suite.ts'
import { sandboxKit } from './ussd/sandbox.ts'

/** ONE WORD PER PROVIDER. */
conform('ussd', [sandboxKit])
