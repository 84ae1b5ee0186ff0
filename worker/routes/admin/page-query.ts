import * as z from 'zod'
import { pageFields } from '#worker/routes/operation/page.ts'

const USUAL = 50
const MOST = 200

/** Makes the query of an operators' list that has pages. `cursor`: form of what a next page begins with. */
export const pageQuery = (cursor: RegExp) => z.strictObject(pageFields(USUAL, MOST, z.string().regex(cursor)))
