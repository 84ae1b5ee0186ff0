import { conform } from './suite.ts'
import { africasTalkingKit } from './ussd/africas-talking.ts'
import { httpJsonKit } from './ussd/http-json.ts'
import { sandboxKit } from './ussd/sandbox.ts'

/** ONE WORD PER PROVIDER. */
conform('ussd', [sandboxKit, africasTalkingKit, httpJsonKit])
