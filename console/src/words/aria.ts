/**
 * Persian words of React Aria itself: names of buttons that only a screen reader tells, and what is announced. One export a
 * room of its own, with the keys of its English (build/aria-words.ts puts them in; a test compares the keys).
 */
type Args = Readonly<Record<string, string | number>>
interface Formatter {
  number(value: number): string
}

const count = (args: Args, formatter: Formatter, name = 'count'): string => formatter.number(Number(args[name]))

export const components = {
  selectPlaceholder: 'یکی را انتخاب کنید',
  tableResizer: 'تغییر پهنا',
  dropzoneLabel: 'جای رها کردن',
  colorSwatchPicker: 'نمونه‌های رنگ',
}

export const autocomplete = { collectionLabel: 'پیشنهادها' }

export const breadcrumbs = { breadcrumbs: 'مسیر' }

export const calendar = {
  previous: 'قبلی',
  next: 'بعدی',
  selectedDateDescription: (args: Args) => `تاریخ انتخاب‌شده: ${args['date']}`,
  selectedRangeDescription: (args: Args) => `بازهٔ انتخاب‌شده: ${args['dateRange']}`,
  todayDate: (args: Args) => `امروز، ${args['date']}`,
  todayDateSelected: (args: Args) => `امروز، ${args['date']}، انتخاب شده`,
  dateSelected: (args: Args) => `${args['date']}، انتخاب شده`,
  startRangeSelectionPrompt: 'برای آغاز بازه کلیک کنید',
  finishRangeSelectionPrompt: 'برای پایان بازه کلیک کنید',
  minimumDate: 'نخستین تاریخ ممکن',
  maximumDate: 'آخرین تاریخ ممکن',
  dateRange: (args: Args) => `${args['startDate']} تا ${args['endDate']}`,
}

export const combobox = {
  focusAnnouncement: (args: Args, formatter: Formatter) =>
    `${args['isGroupChange'] ? `گروه ${args['groupTitle']} با ${count(args, formatter, 'groupCount')} گزینه. ` : ''}${args['optionText']}${args['isSelected'] ? '، انتخاب شده' : ''}`,
  countAnnouncement: (args: Args, formatter: Formatter) => `${count(args, formatter, 'optionCount')} گزینه.`,
  selectedAnnouncement: (args: Args) => `${args['optionText']}، انتخاب شده`,
  buttonLabel: 'نمایش پیشنهادها',
  listboxLabel: 'پیشنهادها',
}

export const datepicker = {
  era: 'دوره',
  year: 'سال',
  month: 'ماه',
  day: 'روز',
  hour: 'ساعت',
  minute: 'دقیقه',
  second: 'ثانیه',
  dayPeriod: 'پیش یا پس از ظهر',
  calendar: 'تقویم',
  startDate: 'تاریخ آغاز',
  endDate: 'تاریخ پایان',
  weekday: 'روز هفته',
  timeZoneName: 'منطقهٔ زمانی',
  selectedDateDescription: (args: Args) => `تاریخ انتخاب‌شده: ${args['date']}`,
  selectedRangeDescription: (args: Args) => `بازهٔ انتخاب‌شده: ${args['startDate']} تا ${args['endDate']}`,
  selectedTimeDescription: (args: Args) => `ساعت انتخاب‌شده: ${args['time']}`,
}

export const dnd = {
  dragItem: (args: Args) => `جابه‌جا کردن ${args['itemText']}`,
  dragSelectedItems: (args: Args, formatter: Formatter) => `جابه‌جا کردن ${count(args, formatter)} مورد`,
  dragDescriptionKeyboard: 'برای جابه‌جا کردن کلید ورود را بزنید.',
  dragDescriptionKeyboardAlt: 'برای جابه‌جا کردن کلید دگرساز و ورود را بزنید.',
  dragDescriptionTouch: 'برای جابه‌جا کردن دو بار بزنید.',
  dragDescriptionVirtual: 'برای جابه‌جا کردن کلیک کنید.',
  dragDescriptionLongPress: 'برای جابه‌جا کردن انگشت را نگه دارید.',
  dragSelectedKeyboard: (args: Args, formatter: Formatter) =>
    `برای جابه‌جا کردن ${count(args, formatter)} مورد کلید ورود را بزنید.`,
  dragSelectedKeyboardAlt: (args: Args, formatter: Formatter) =>
    `برای جابه‌جا کردن ${count(args, formatter)} مورد کلید دگرساز و ورود را بزنید.`,
  dragSelectedLongPress: (args: Args, formatter: Formatter) =>
    `برای جابه‌جا کردن ${count(args, formatter)} مورد انگشت را نگه دارید.`,
  dragStartedKeyboard: 'جابه‌جایی آغاز شد. با کلید تب به مقصد بروید و کلید ورود را بزنید؛ با گریز لغو می‌شود.',
  dragStartedTouch: 'جابه‌جایی آغاز شد. به مقصد بروید و دو بار بزنید.',
  dragStartedVirtual: 'جابه‌جایی آغاز شد. به مقصد بروید و کلیک کنید یا کلید ورود را بزنید.',
  endDragKeyboard: 'در حال جابه‌جایی. برای لغو کلید ورود را بزنید.',
  endDragTouch: 'در حال جابه‌جایی. برای لغو دو بار بزنید.',
  endDragVirtual: 'در حال جابه‌جایی. برای لغو کلیک کنید.',
  dropDescriptionKeyboard: 'برای رها کردن کلید ورود و برای لغو کلید گریز را بزنید.',
  dropDescriptionTouch: 'برای رها کردن دو بار بزنید.',
  dropDescriptionVirtual: 'برای رها کردن کلیک کنید.',
  dropCanceled: 'جابه‌جایی لغو شد.',
  dropComplete: 'جابه‌جا شد.',
  dropIndicator: 'نشانگر مقصد',
  dropOnRoot: 'رها کردن روی فهرست',
  dropOnItem: (args: Args) => `رها کردن روی ${args['itemText']}`,
  insertBefore: (args: Args) => `گذاشتن پیش از ${args['itemText']}`,
  insertBetween: (args: Args) => `گذاشتن میان ${args['beforeItemText']} و ${args['afterItemText']}`,
  insertAfter: (args: Args) => `گذاشتن پس از ${args['itemText']}`,
}

export const grid = {
  deselectedItem: (args: Args) => `${args['item']} انتخاب نشده.`,
  select: 'انتخاب',
  selectedCount: (args: Args, formatter: Formatter) =>
    Number(args['count']) === 0 ? 'چیزی انتخاب نشده.' : `${count(args, formatter)} مورد انتخاب شده.`,
  selectedAll: 'همه انتخاب شده‌اند.',
  selectedItem: (args: Args) => `${args['item']} انتخاب شده.`,
  longPressToSelect: 'برای انتخاب انگشت را نگه دارید.',
}

export const menu = { longPressMessage: 'برای باز کردن فهرست انگشت را نگه دارید یا کلید دگرساز و پایین را بزنید' }

export const previewtrigger = { longPressMessage: 'برای دیدن پیش‌نمایش انگشت را نگه دارید' }

export const steplist = { steplist: 'فهرست گام‌ها' }

export const numberfield = {
  decrease: (args: Args) => `کم کردن ${args['fieldLabel']}`,
  increase: (args: Args) => `زیاد کردن ${args['fieldLabel']}`,
  numberField: 'عدد',
}

export const overlays = { dismiss: 'بستن' }

export const searchfield = { 'Clear search': 'پاک کردن جست‌وجو' }

export const spinbutton = { Empty: 'خالی' }

export const table = {
  select: 'انتخاب',
  selectAll: 'انتخاب همه',
  sortable: 'ستون مرتب‌شدنی',
  ascending: 'صعودی',
  descending: 'نزولی',
  ascendingSort: (args: Args) => `به ترتیب صعودی ${args['columnName']}`,
  descendingSort: (args: Args) => `به ترتیب نزولی ${args['columnName']}`,
  columnSize: (args: Args) => `${args['value']} پیکسل`,
  resizerDescription: 'برای تغییر پهنا کلید ورود را بزنید',
  expand: 'باز کردن',
  collapse: 'جمع کردن',
}

export const tag = { removeDescription: 'برای حذف برچسب کلید حذف را بزنید.', removeButtonLabel: 'حذف' }

export const toast = {
  close: 'بستن',
  notifications: (args: Args, formatter: Formatter) => `${count(args, formatter)} پیام.`,
}

export const tree = { expand: 'باز کردن', collapse: 'جمع کردن' }

export const stately_datepicker = {
  rangeUnderflow: (args: Args) => `تاریخ باید ${args['minValue']} یا پس از آن باشد.`,
  rangeOverflow: (args: Args) => `تاریخ باید ${args['maxValue']} یا پیش از آن باشد.`,
  rangeReversed: 'آغاز باید پیش از پایان باشد.',
  unavailableDate: 'این تاریخ در دسترس نیست.',
}
