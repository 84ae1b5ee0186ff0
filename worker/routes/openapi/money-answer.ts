import * as z from 'zod'

/** Schema of an amount in answers and events. */
export const moneyAnswer = z
  .object({
    amount: z.int().describe('In the minor unit of the currency: cents of USD, whole yen, whole rials.'),
    currency: z.string().describe('ISO 4217.'),
  })
  .meta({ id: 'Money' })
