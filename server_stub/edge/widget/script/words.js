// Every word that the visitor sees, in English and Russian, and how times and numbers are written.

/** @typedef {"en" | "ru"} Lang */

const WORDS = {
  en: {
    title: "Chat with us",
    open: "Open the chat",
    close: "Close the chat",
    launcher: "Chat",
    welcome: "Ask us anything",
    welcomeMore: "A person reads this and answers here. You can look around the site meanwhile.",
    log: "Conversation",
    compose: "Your message",
    placeholder: "Write a message…",
    again: "Write to continue…",
    send: "Send",
    you: "You",
    operator: "Operator",
    idle: "A person answers",
    waiting: "Finding somebody for you",
    next: "You are next in line",
    held: "{name} is with you",
    heldNobody: "An operator is with you",
    closed: "The chat has ended",
    typing: "{name} is typing",
    connecting: "Connecting…",
    offline: "No connection. What you write will be sent when it is back.",
    back: "Connected again",
    blocked: "The chat is not available.",
    identity: "The chat is not available.",
    identity_expired: "Please reload the page to go on.",
    version: "The chat was updated. Please reload the page.",
    sending: "Sending",
    stored: "Delivered",
    read: "Read",
    failed: "Not sent",
    retry: "Try again",
    remove: "Delete",
    form: "Leave us a message instead",
    stale: "It was not sent in time.",
    text_too_long: "The message is too long.",
    empty_text: "There is no text in it.",
    inbox_full: "Too many people are waiting just now.",
    forms_full: "We can't take more messages just now. Please try again later.",
    contact_needed: "Leave an e-mail or a phone, so that we can answer.",
    not_rateable: "This chat can't be rated any more.",
    no_chat: "There is no chat yet.",
    bad_frame: "It could not be sent.",
    full: "Too many unsent messages. Wait for the connection.",
    long: "{count} too many",
    newMessages: "New messages",
    unread: { one: "{count} unread message", other: "{count} unread messages" },
    position: { one: "You are number {count} in line", other: "You are number {count} in line" },
    end: "End the chat",
    endAsk: "End this chat?",
    endYes: "End it",
    endNo: "Keep chatting",
    ended: "The chat has ended.",
    rate: "How did we do?",
    scores: ["Very bad", "Bad", "So-so", "Good", "Very good"],
    score: "{count} of 5: {name}",
    comment: "Anything to add? (optional)",
    rateSend: "Send the rating",
    thanks: "Thank you!",
    rated: "You gave us {count} of 5.",
    formTitle: "Leave a message",
    formWhy: "Too many people are waiting just now. Leave your message, and we will answer you.",
    formName: "Name",
    formEmail: "E-mail",
    formPhone: "Phone",
    formText: "Message",
    formSend: "Send",
    formBack: "Back to the chat",
    formNeedText: "Write what it is about.",
    formBadEmail: "This does not look like an e-mail address.",
    formDone: "We have your message and will answer you.",
    formSending: "Your message will be sent when the connection is back.",
    said: "{name} says: {text}",
    link: "opens in a new tab",
    dismiss: "Dismiss",
    change: "Edit or delete",
    edit: "Edit",
    delete: "Delete",
    edited: "edited",
    deleted: "Message deleted",
    editing: "You are editing your message",
    cancel: "Cancel",
    unchanged: "Not changed",
    change_late: "It was sent too long ago.",
    changes_off: "Messages can't be changed here.",
    changes_most: "It was changed too often.",
    not_author: "It is not your message.",
    no_such_message: "There is no such message.",
    attach: "Attach files",
    drop: "Drop files to send them",
    dropMost: "Up to {size} each",
    pasteOne: "Send “{name}” ({size}) from the clipboard?",
    pasteMany: { one: "Send {count} file from the clipboard?", other: "Send {count} files from the clipboard?" },
    fileEmpty: "“{name}” is empty.",
    fileTooBig: "“{name}” takes {size}. Files of up to {limit} can be sent.",
    fileKind: "“{name}” is of a kind that can't be sent. These can: {kinds}.",
    fileUnreadable: "It can't be read: a folder, or a file that is no longer there.",
    uploading: "Sending the file {name}",
    uploaded: "The file {name} has been sent",
    uploadWaiting: "waiting",
    uploadChecked: "being checked",
    uploadCancel: "Don't send {name}",
    upload_lost: "The file did not get through.",
    too_slow: "The connection was too slow for it.",
    files_off: "Files can't be sent here.",
    file_too_big: "The file is too big.",
    files_too_many: "These were many files. Please try again a little later.",
    files_full: "We can't take files just now. Please try again later.",
    file_type: "Files of this kind can't be sent.",
    file_infected: "Our virus scanner has found something in it.",
    file_unscanned: "It can't be checked for viruses just now. Please try again later.",
    file_gone: "The file is no longer there.",
    file_unknown: "We no longer have the file. Please attach it again.",
    file_used: "This file stands in another message. Please attach it again.",
    fileFailed: "The file could not be fetched.",
    noPicture: "The picture can't be shown here.",
    download: "Download {name}",
    downloadShort: "Download",
    openPicture: "Picture {name}: show it large",
    showPicture: "Show",
    pictureLoads: "Loading…",
    closePicture: "Close the picture",
    fileNamed: "file {name}",
  },
  ru: {
    title: "Напишите нам",
    open: "Открыть чат",
    close: "Закрыть чат",
    launcher: "Чат",
    welcome: "Спросите о чём угодно",
    welcomeMore: "Ваше сообщение прочитает человек и ответит здесь. А пока можно смотреть сайт.",
    log: "Переписка",
    compose: "Ваше сообщение",
    placeholder: "Напишите сообщение…",
    again: "Напишите, чтобы продолжить…",
    send: "Отправить",
    you: "Вы",
    operator: "Оператор",
    idle: "Отвечает человек",
    waiting: "Ищем, кто вам ответит",
    next: "Вы следующий в очереди",
    held: "С вами {name}",
    heldNobody: "С вами оператор",
    closed: "Чат завершён",
    typing: "{name} печатает",
    connecting: "Соединяемся…",
    offline: "Нет связи. Написанное отправится, когда она появится.",
    back: "Связь восстановлена",
    blocked: "Чат недоступен.",
    identity: "Чат недоступен.",
    identity_expired: "Перезагрузите страницу, чтобы продолжить.",
    version: "Чат обновился. Перезагрузите страницу.",
    sending: "Отправляется",
    stored: "Доставлено",
    read: "Прочитано",
    failed: "Не отправлено",
    retry: "Повторить",
    remove: "Удалить",
    form: "Оставить сообщение",
    stale: "Не успело отправиться.",
    text_too_long: "Сообщение слишком длинное.",
    empty_text: "В сообщении нет текста.",
    inbox_full: "Сейчас ждёт слишком много людей.",
    forms_full: "Сейчас мы не можем принять больше сообщений. Попробуйте позже.",
    contact_needed: "Оставьте почту или телефон, чтобы мы могли ответить.",
    not_rateable: "Этот чат уже нельзя оценить.",
    no_chat: "Чата ещё нет.",
    bad_frame: "Отправить не удалось.",
    full: "Слишком много неотправленного. Дождитесь связи.",
    long: "лишних: {count}",
    newMessages: "Новые сообщения",
    unread: {
      one: "{count} непрочитанное сообщение",
      few: "{count} непрочитанных сообщения",
      many: "{count} непрочитанных сообщений",
      other: "{count} непрочитанных сообщений",
    },
    position: { one: "Вы {count}-й в очереди", other: "Вы {count}-й в очереди" },
    end: "Завершить чат",
    endAsk: "Завершить чат?",
    endYes: "Завершить",
    endNo: "Продолжить",
    ended: "Чат завершён.",
    rate: "Как мы справились?",
    scores: ["Очень плохо", "Плохо", "Так себе", "Хорошо", "Отлично"],
    score: "{count} из 5: {name}",
    comment: "Хотите что-то добавить? (не обязательно)",
    rateSend: "Отправить оценку",
    thanks: "Спасибо!",
    rated: "Ваша оценка: {count} из 5.",
    formTitle: "Оставьте сообщение",
    formWhy: "Сейчас ждёт слишком много людей. Оставьте сообщение, и мы ответим.",
    formName: "Имя",
    formEmail: "Почта",
    formPhone: "Телефон",
    formText: "Сообщение",
    formSend: "Отправить",
    formBack: "Назад в чат",
    formNeedText: "Напишите, в чём вопрос.",
    formBadEmail: "Это не похоже на адрес почты.",
    formDone: "Мы получили сообщение и ответим вам.",
    formSending: "Сообщение отправится, когда появится связь.",
    said: "{name}: {text}",
    link: "откроется в новой вкладке",
    dismiss: "Скрыть",
    change: "Изменить или удалить",
    edit: "Изменить",
    delete: "Удалить",
    edited: "изменено",
    deleted: "Сообщение удалено",
    editing: "Вы изменяете своё сообщение",
    cancel: "Отмена",
    unchanged: "Не изменено",
    change_late: "Оно отправлено слишком давно.",
    changes_off: "Изменять сообщения здесь нельзя.",
    changes_most: "Его изменяли слишком много раз.",
    not_author: "Это не ваше сообщение.",
    no_such_message: "Такого сообщения нет.",
    attach: "Прикрепить файлы",
    drop: "Отпустите, чтобы отправить",
    dropMost: "До {size} каждый",
    pasteOne: "Отправить «{name}» ({size}) из буфера обмена?",
    pasteMany: {
      one: "Отправить {count} файл из буфера обмена?",
      few: "Отправить {count} файла из буфера обмена?",
      many: "Отправить {count} файлов из буфера обмена?",
      other: "Отправить {count} файла из буфера обмена?",
    },
    fileEmpty: "Файл «{name}» пуст.",
    fileTooBig: "«{name}» занимает {size}. Можно отправлять файлы до {limit}.",
    fileKind: "Файл «{name}» такого вида отправить нельзя. Можно: {kinds}.",
    fileUnreadable: "Не читается: это папка, или файла уже нет.",
    uploading: "Отправляется файл {name}",
    uploaded: "Файл {name} отправлен",
    uploadWaiting: "ждёт",
    uploadChecked: "проверяется",
    uploadCancel: "Не отправлять {name}",
    upload_lost: "Файл не дошёл.",
    too_slow: "Связь для него слишком медленная.",
    files_off: "Файлы здесь не принимаются.",
    file_too_big: "Файл слишком большой.",
    files_too_many: "Файлов было много. Попробуйте чуть позже.",
    files_full: "Сейчас мы не можем принять файлы. Попробуйте позже.",
    file_type: "Файлы такого вида не принимаются.",
    file_infected: "Проверка на вирусы что-то в нём нашла.",
    file_unscanned: "Сейчас его не проверить на вирусы. Попробуйте позже.",
    file_gone: "Файла больше нет.",
    file_unknown: "Файла у нас уже нет. Прикрепите его ещё раз.",
    file_used: "Этот файл стоит в другом сообщении. Прикрепите его ещё раз.",
    fileFailed: "Не удалось получить файл.",
    noPicture: "Показать картинку здесь не удаётся.",
    download: "Скачать {name}",
    downloadShort: "Скачать",
    openPicture: "Картинка {name}: показать крупно",
    showPicture: "Показать",
    pictureLoads: "Загружается…",
    closePicture: "Закрыть картинку",
    fileNamed: "файл {name}",
  },
};

const DAY_MS = 86_400_000;
/** Media types whose own word says nothing to people. */
const KINDS = /** @type {Record<string, string>} */ ({
  "text/plain": "TXT",
  "audio/mpeg": "MP3",
  "audio/mp4": "M4A",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
  "application/vnd.oasis.opendocument.text": "ODT",
  "application/vnd.oasis.opendocument.spreadsheet": "ODS",
});

/** Words and times in one language. */
export class Speech {
  /** @param {Lang} lang */
  constructor(lang) {
    this.lang = lang;
    this.scores = WORDS[lang].scores;
    this.plural = new Intl.PluralRules(lang);
    // Of the visitor's own country, where its language is ours: 24 hours in en-GB, 12 in en-US.
    const locale = navigator.language.startsWith(lang) ? navigator.language : lang;
    this.clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
    this.date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long" });
    this.dateWithYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
    this.exact = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
    this.sizes = ["byte", "kilobyte", "megabyte"].map(
      (unit) => new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: unit === "byte" ? "long" : "short", maximumFractionDigits: 1 }),
    );
    this.relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
  }

  /**
   * The words under a name, with `{fields}` filled; `count` chooses the plural form.
   * @param {string} name
   * @param {Record<string, string | number>} [fields]
   * @returns {string}
   */
  say(name, fields = {}) {
    const entry = /** @type {Record<string, any>} */ (WORDS[this.lang])[name];
    const text = typeof entry === "string" ? entry : entry[this.plural.select(Number(fields.count))] || entry.other;
    return text.replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ key) => String(fields[key] ?? whole));
  }

  /**
   * Why something did not happen: our words for the code, otherwise the relay's own sentence.
   * @param {{code: string, text: string}} refusal
   */
  why(refusal) {
    return Object.hasOwn(WORDS.en, refusal.code) ? this.say(refusal.code) : refusal.text;
  }

  /** @param {number} bytes @param {boolean} [exactly] */
  size(bytes, exactly = false) {
    const step = exactly || bytes < 1000 ? 0 : bytes < 1000 * 1024 ? 1 : 2;
    const value = bytes / 1024 ** step;
    return this.sizes[step].format(value < 10 ? value : Math.round(value));
  }

  /** Kinds of files as people call them. @param {string[]} types of media */
  kinds(types) {
    const names = types.map((type) => KINDS[type] || type.slice(type.indexOf("/") + 1).replace(/^x-/, "").toUpperCase());
    return [...new Set(names)].join(", ");
  }

  /** @param {number} at milliseconds, UTC */
  time(at) {
    return this.clock.format(at);
  }

  /** Today, yesterday, or the date. @param {number} at @param {number} now */
  day(at, now) {
    const days = Math.round((midnight(at) - midnight(now)) / DAY_MS);
    if (days === 0 || days === -1) {
      const word = this.relative.format(days, "day");
      return word.charAt(0).toLocaleUpperCase(this.lang) + word.slice(1);
    }
    return (new Date(at).getFullYear() === new Date(now).getFullYear() ? this.date : this.dateWithYear).format(at);
  }
}

/** The local midnight that began the day of `at`. @param {number} at */
export function midnight(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}
