/**
 * Country codes assigned by ITU-T E.164 (list of December 2016 and the operational bulletins since), space-separated.
 * Left out, because no person can be messaged there: 800 and 808 (freephone, shared cost), 878 (personal numbers),
 * 888 (withdrawn), 979 (premium rate) and 991 (trial). 882 and 883 are networks of machines and ships.
 */
const ASSIGNED =
  '1 7 ' +
  '20 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239 ' +
  '240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 ' +
  '27 290 291 297 298 299 ' +
  '30 31 32 33 34 350 351 352 353 354 355 356 357 358 359 36 370 371 372 373 374 375 376 377 378 ' +
  '380 381 382 383 385 386 387 389 39 ' +
  '40 41 420 421 423 43 44 45 46 47 48 49 ' +
  '500 501 502 503 504 505 506 507 508 509 51 52 53 54 55 56 57 58 590 591 592 593 594 595 596 597 598 599 ' +
  '60 61 62 63 64 65 66 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 ' +
  '81 82 84 850 852 853 855 856 86 870 880 881 882 883 886 ' +
  '90 91 92 93 94 95 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 98 992 993 994 995 996 998'

/** Length of the country code by a number's first three digits; 0 where none is assigned. */
const LENGTH_BY_PREFIX = new Uint8Array(1000)
for (const code of ASSIGNED.split(' ')) {
  const width = 10 ** (3 - code.length)
  const first = Number(code) * width
  LENGTH_BY_PREFIX.fill(code.length, first, first + width)
}

/** Number of leading digits that are the country code, 1 … 3; 0 if no such code is assigned. */
export const countryCodeLength = (digits: string): number => LENGTH_BY_PREFIX[Number(digits.slice(0, 3))] ?? 0
