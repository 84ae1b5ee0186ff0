import * as z from 'zod'
import { pageFields } from '#worker/routes/operation/page.ts'

const USUAL = 50
const MOST = 200

/** Query of an operators' list that has pages. */
export const pageQuery = z.strictObject(pageFields(USUAL, MOST))
