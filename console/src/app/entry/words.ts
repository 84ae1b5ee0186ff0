import { num } from '../../words/format.ts'
import { words } from '../../words/language.ts'

/** Words of codes and passkeys, apart from the shell, which does not need them. */
export const entry = words(
  {
    signInSent: (mobile: string) =>
      `If ${mobile} has an account without a passkey, a code is on its way to it by SMS. It holds for ten minutes.`,
    hintPasskey: 'No code is sent to anybody who has a passkey: go back and use the passkey.',
    hintStaff: 'The licensee’s people sign in by a passkey only.',
    hintNumber: 'Is the number the one of your account? Go back to see and correct it.',
    hintBlocked: 'After ten wrong codes no code counts for a day. A passkey is not affected.',
    hintAccount: 'If you already have an account, an SMS says so instead of a code: sign in.',
    wrongCode: (left: number) =>
      left > 0 ? `This code is wrong. Tries left: ${num(left)}.` : 'This code is wrong. Ask for another one.',
    stepOver: 'This step has ended: it took too long, or there were too many wrong codes. Start again.',
    anew: 'Start again',
    noCode: 'No code came?',
    noPasskeys:
      'This browser has no passkeys at this address. If you have added one, use the browser or device that has it: no code is sent then.',
    notMobile: 'This is not a mobile number.',
    signInBy: 'Sign in with a passkey',
    orCode: 'Or with a code to your mobile',
    sendCode: 'Send me a code',
    codeSent: 'If the number has an account without a passkey, a code is on its way to it.',
    code: 'Code',
    resend: 'Send another code',
    resendIn: (time: string) => `Another code in ${time}`,
    callMe: 'Call me and read it out',
    stepUp: 'Is it still you?',
    stepUpWhy: 'This needs a confirmation from the last ten minutes.',
    prove: 'Confirm',
    usePasskey: 'Use a passkey',
    sessionOver: 'Your sign-in has ended',
    sessionOverWhy: 'Sign in again, and go on where you were: what you typed is still here, and only you will see it.',
    sessionLeave: 'Leave this page and drop what was typed',
    stillIn: 'You are still signed in',
    stillInWhy: 'The server did not take the sign-out. Until it does, whoever uses this browser acts as you.',
    mobileHelp: 'As it is written in your country, or with + and the country’s code.',
    noAccount: 'No account yet?',
    lostAccess: 'Can’t sign in any more?',
  },
  {
    signInSent: (mobile: string) =>
      `اگر \u2066${mobile}\u2069 حسابی بدون کلید عبور داشته باشد، کد با پیامک در راه است و ده دقیقه اعتبار دارد.`,
    hintPasskey: 'به کسی که کلید عبور دارد کدی فرستاده نمی‌شود: بازگردید و با کلید عبور وارد شوید.',
    hintStaff: 'همکاران گرداننده تنها با کلید عبور وارد می‌شوند.',
    hintNumber: 'آیا شماره همان شمارهٔ حساب شماست؟ برای دیدن و درست کردن آن بازگردید.',
    hintBlocked: 'پس از ده کد نادرست تا یک روز هیچ کدی پذیرفته نمی‌شود. کلید عبور همچنان کار می‌کند.',
    hintAccount: 'به کسی که از پیش حساب دارد به جای کد پیامکی می‌رسد که همین را می‌گوید: از ورود استفاده کنید.',
    wrongCode: (left: number) =>
      left > 0
        ? `این کد نادرست است. ${num(left)} بار دیگر می‌توانید تلاش کنید.`
        : 'این کد نادرست است. کد دیگری بخواهید.',
    stepOver: 'این مرحله پایان یافته است: دیر شده یا کدهای نادرست زیاد بوده است. از نو آغاز کنید.',
    anew: 'از نو',
    noCode: 'کدی نرسید؟',
    noPasskeys:
      'این مرورگر در این نشانی کلید عبور ندارد. اگر کلیدی ساخته‌اید، از همان مرورگر یا دستگاه وارد شوید: در این حالت کدی فرستاده نمی‌شود.',
    notMobile: 'این شمارهٔ همراه نیست.',
    signInBy: 'ورود با کلید عبور',
    orCode: 'یا با کدی که به تلفن همراهتان می‌آید',
    sendCode: 'دریافت کد',
    codeSent: 'اگر این شماره حسابی بدون کلید عبور داشته باشد، کد در راه است.',
    code: 'کد',
    resend: 'ارسال کد دیگر',
    resendIn: (time: string) => `کد دیگر تا ${time}`,
    callMe: 'دریافت کد با تماس',
    stepUp: 'هنوز خودتان هستید؟',
    stepUpWhy: 'این کار تأیید هویتی می‌خواهد که از آن بیش از ده دقیقه نگذشته باشد.',
    prove: 'تأیید',
    usePasskey: 'کلید عبور',
    sessionOver: 'ورود شما پایان یافت',
    sessionOverWhy: 'دوباره وارد شوید و از همان‌جا ادامه دهید. آنچه نوشته‌اید همین‌جاست و تنها خودتان آن را می‌بینید.',
    sessionLeave: 'ترک این صفحه و رها کردن نوشته‌ها',
    stillIn: 'هنوز وارد شده‌اید',
    stillInWhy: 'سرور خروج شما را انجام نداد. تا آن زمان هر کس از این مرورگر استفاده کند به نام شما کار می‌کند.',
    mobileHelp: 'به شکل معمول در کشور خودتان، یا با + و پیش‌شمارهٔ کشور.',
    noAccount: 'هنوز حساب ندارید؟',
    lostAccess: 'دیگر راهی برای ورود ندارید؟',
  },
)
