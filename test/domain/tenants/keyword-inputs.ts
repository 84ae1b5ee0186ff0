/** Whole messages that stop in every pack. */
export const STOP = [
  ...[
    'STOP 🙏',
    '🛑 STOP',
    'STOP 🙏🏽🙏🏽',
    'STOP 👨‍👩‍👧',
    'STOP ❤️',
    'STOP™',
    'ℹ️ STOP ®',
    'STOP :)',
    'STOP...',
    'STOP…',
  ],
  ...['[STOP]', '(stop)', '{stop}', '<stop>', '*STOP*', '_stop_', '~stop~', '/stop', '#stop', '-stop-', '— STOP —'],
  ...['• stop', '"Stop!!!"', '¡STOP!', '„stop“', '\u0000STOP\u0007', '\ufeffSTOP\u200b', 'STOP\r\n\r\n', '\ufffdSTOP'],
  ...['\u00a0stop\u3000', 'stop\u2028', '🛑لغو🛑', '(لغو)', 'لغو...', '【لغو】', '﴾لغو۱۱﴿', '#لغو۱۱', 'لغو ۱۱ 🙏'],
  // Hyphens and the like between letters.
  ...['UN-SUBSCRIBE', 'un–subscribe', 'un_subscribe', 'un - subscribe', 'S-T-O-P', 's.t.o.p.', 'S T O P', 's·t·o·p'],
  ...['st\u00adop', 'u-n-s-u-b-s-c-r-i-b-e', 'ل-غ-و'],
  // Other forms of the same letters.
  ...['ⓢⓣⓞⓟ', '𝐒𝐓𝐎𝐏', 'STÓP', 'UNSUBSCRİBE', 'unsubscrıbe', `${'🙏'.repeat(100)}STOP`],
] as const

/** Whole messages that stop in Iran alone. */
export const STOP_IN_IRAN = [
  ...[
    '✅ ۱۱ ✅',
    '★11★',
    '(۱۱)',
    '[11]',
    '«۱۱»',
    '۱۱!!!',
    '11 🙏',
    '۱۱،',
    '11;',
    '{۱۱}',
    '【11】',
    '11…',
    '\u000011\u0007',
  ],
] as const

/** Whole messages that stop in the pack `generic`. */
export const STOP_IN_GENERIC = [
  ...['OPT-OUT', 'Opt–Out', 'opt_out', 'OPT OUT', 'opt - out!', 'o.p.t.o.u.t', 'Stop-All', 'STOPALL 🙏', '(end)'],
  ...['Quit.', '"cancel"', 'REVOKE!', 'لغو۱۱ ✋'],
] as const

/** Messages that ask for nothing in any pack. */
export const NEITHER = [
  // Digits with something between them, or a sign of numbers.
  ...['1-1', '1-2', '1–2', '1.1', '1.2', '1,1', '۱،۲', '1/2', '1_2', '1:2', "1'2", '1(2)', '(1)(2)', '1️⃣1️⃣', '11-12'],
  ...['12-11', '-11', '−12', '11-', '11٪', '۱۱٪', '$11', '11 €', '11°', '*11#', '@11', '11.00', '11/12', '11+1'],
  // Questions, in any script and at any place.
  ...[
    'STOP?',
    'STOP ?',
    'stop?!',
    '?stop',
    '(stop?)',
    'لغو؟',
    'لغو ؟',
    '۱۱؟',
    '11 ?',
    '؟11',
    'STOP？',
    'STOP⁇',
    'STOP⁉️',
  ],
  ...['STOP‽', 'STOP ❓', 'STOP ❔', '¿STOP?', '12?', 'start?', 'OPT-OUT?'],
  // Words that say more.
  ...['stop-start', 'stop/start', 'stop & go', 'stop it', 'non-stop', 'STOP :D', 'STOP <3', 'ST\u0000OP', 'st*p'],
  ...['s t o p p', 'bus stop', 'لغو-شد', 'لغو شد', 'لغو نکن', '🛑', '🙏', '...', '\u0000', `${'🙏'.repeat(300)}STOP`],
] as const

/** A message, and the word of a tenant's language that it is. */
export const OF_TENANTS: readonly (readonly [message: string, word: string])[] = [
  ['ARRET', 'arrêt'],
  ['Arrêt !', 'ARRET'],
  ['arre\u0302t', 'arrêt'],
  ['İPTAL', 'iptal'],
  ['ÇIKIŞ', 'çıkış'],
  ['cikis', 'ÇIKIŞ'],
  ['ΔΙΑΚΟΠΗ', 'διακοπή'],
  ['ΤΕΛΟΣ', 'τέλος'],
  ['إلغاء', 'الغاء'],
  ['الغاء', 'إِلغاء'],
  ['ОТПИСКА!', 'отписка'],
  ['停止', '停止'],
  ['ストップ', 'ｽﾄｯﾌﾟ'],
  ['रोकें', 'रोकें'],
  ['dés-abonner', 'désabonner'],
  ['لا تُرسل', 'لا ترسل'],
]
