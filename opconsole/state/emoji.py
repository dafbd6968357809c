"""Emoji by their names in English and Russian: the few hundred that a support chat needs, not the thousands that exist.

A name is completed after a colon that begins a word and at least two letters: `:sm`, `:улыб`. So `:)`, `10:30` and `http://` stay as
they are.
"""

from functools import lru_cache
from typing import Final

from msgspec import Struct

LEAST_LETTERS: Final = 2
LONGEST_NAME: Final = 30

_TABLE: Final = """
🙂 smile|slight_smile улыбка
😀 grinning|happy радость
😃 smiley|grin_big большая_улыбка
😄 laugh_eyes смеюсь
😁 grin|beaming сияю
😅 sweat_smile фух|неловко
😂 joy|lol|laughing смех|ржу
🤣 rofl катаюсь
😊 blush|warm_smile смущение|тепло
😇 angel|innocent ангел
😉 wink подмигиваю
😌 relieved облегчение
😍 heart_eyes|love_it влюблён|восторг
🥰 loving|smiling_hearts люблю
😘 kiss поцелуй
😋 yum вкусно
😎 cool|sunglasses круто
🤩 star_struck вау
🥳 party_face|partying праздник
🤓 nerd умник
🧐 monocle|inspect изучаю
🤔 thinking|hmm думаю|хм
🤗 hug|hugging обнимаю
🤝 handshake|deal рукопожатие|договорились
🤷 shrug|dunno не_знаю
🤦 facepalm рукалицо
🙄 eye_roll закатил_глаза
😏 smirk ухмылка
😐 neutral нейтрально
😑 expressionless без_эмоций
😶 no_mouth молчу
🤐 zipper|secret секрет|рот_на_замке
🤫 shush|quiet тихо|тсс
😬 grimace|awkward ой|гримаса
😮 surprised|open_mouth удивление
😲 astonished изумление
😳 flushed смутился
🥺 pleading|please_face умоляю
😢 cry плачу
😭 sob рыдаю
😞 disappointed|sad разочарование|грусть
😔 pensive печаль
😟 worried тревога
😕 confused растерян
🙁 frown|slight_frown хмурюсь
😣 persevere терплю
😩 weary устал
😫 tired измучен
😤 huff|triumph возмущён
😠 angry злюсь
😡 rage ярость
🤯 mind_blown взрыв_мозга
😱 scream ужас
😨 fearful страх
😰 anxious волнуюсь
😓 sweat пот
🤒 sick_face|ill болею
🤕 hurt травма
😴 sleeping|zzz сплю
🥱 yawn зеваю
🤖 robot|bot робот|бот
👻 ghost призрак
💀 skull череп
👋 wave|hello|hi|bye привет|пока|машу
🤚 raised_back_hand ладонь
✋ raised_hand|stop_hand рука|стоп_рука
👌 ok_hand|perfect окей
🤞 fingers_crossed|luck удачи|держу_пальцы
✌️ victory|peace победа|мир
👍 thumbs_up|+1|like|yes лайк|класс|да
👎 thumbs_down|-1|dislike|no дизлайк|нет
✊ fist кулак
👊 punch удар
👏 clap|bravo аплодисменты|браво
🙌 raised_hands|hooray ура
🙏 pray|thanks|please спасибо|пожалуйста
💪 muscle|strong сила|держись
👉 point_right сюда|вправо
👈 point_left влево
👆 point_up вверх|выше
👇 point_down вниз|ниже
☝️ one_finger|note_this важно
👀 eyes|looking смотрю|глаза
🧠 brain мозг
❤️ heart|love сердце|любовь
🧡 orange_heart оранжевое_сердце
💛 yellow_heart жёлтое_сердце
💚 green_heart зелёное_сердце
💙 blue_heart синее_сердце
💜 purple_heart фиолетовое_сердце
🖤 black_heart чёрное_сердце
💔 broken_heart разбитое_сердце
💯 hundred|100 сто|сотня
✨ sparkles|shiny блёстки|блеск
⭐ star звезда
🌟 glowing_star яркая_звезда
🔥 fire|hot огонь
💥 boom бум
🎉 tada|party|congrats ура_праздник|поздравляю
🎊 confetti конфетти
🎁 gift|present подарок
🎂 cake|birthday торт|день_рождения
🎈 balloon шарик
🏆 trophy|winner кубок|победитель
🥇 gold_medal|first золото|первое_место
🎯 target|bullseye цель|в_точку
✅ check|done|white_check_mark готово|галочка
☑️ checkbox отмечено
✔️ tick птичка
❌ cross|x|wrong крестик|неверно
⛔ no_entry|forbidden нельзя|запрет
🚫 prohibited запрещено
❗ exclamation|important внимание|восклицание
❓ question вопрос
⁉️ interrobang что
⚠️ warning осторожно|предупреждение
🛑 stop стоп
🆗 ok ок
🆕 new новое
🆘 sos|help помогите|сос
🆓 free бесплатно
ℹ️ info|information информация|справка
🔴 red_circle красный
🟠 orange_circle оранжевый
🟡 yellow_circle жёлтый
🟢 green_circle зелёный
🔵 blue_circle синий
⚫ black_circle чёрный
⚪ white_circle белый
1️⃣ one один
2️⃣ two два
3️⃣ three три
4️⃣ four четыре
5️⃣ five пять
➡️ right|arrow_right стрелка_вправо
⬅️ left|arrow_left стрелка_влево
⬆️ up|arrow_up стрелка_вверх
⬇️ down|arrow_down стрелка_вниз
🔄 refresh|reload|sync обновить|повтор
🔁 repeat снова
➕ plus плюс
➖ minus минус
🛒 cart|shopping_cart корзина
🛍️ shopping|bags покупки
📦 package|parcel|box посылка|коробка
🚚 truck|delivery доставка|грузовик
🚗 car машина
🚲 bike велосипед
✈️ plane|flight самолёт
🚂 train поезд
🚢 ship корабль
🏠 home|house дом
🏢 office офис
🏪 shop|store магазин
🏦 bank банк
🏥 hospital больница
🏭 factory завод|склад
💳 card|credit_card карта|оплата
💵 money|cash|dollar деньги|наличные
💰 money_bag мешок_денег
🪙 coin монета
🧾 receipt чек
🏷️ label|price_tag|discount ценник|скидка
📈 chart_up|growth рост
📉 chart_down падение
📊 bar_chart|stats статистика|график
📅 calendar|date календарь|дата
🗓️ planner расписание
⏰ alarm|alarm_clock будильник
⏱️ stopwatch секундомер
⏳ hourglass|wait жду|песочные_часы
⌛ time_up время_вышло
🕐 clock|time часы|время
📞 phone|call телефон|звонок
📱 mobile|smartphone мобильный|смартфон
☎️ telephone трубка
📧 email|mail почта|письмо
✉️ envelope конверт
📨 incoming входящее
📎 paperclip|attachment скрепка|вложение
📄 document|page документ|страница
📝 memo|write заметка|пишу
📋 clipboard|list список|буфер
📌 pin|pushpin кнопка|закреплено
📍 location|place место|адрес
🗺️ map карта_местности
🔗 link ссылка
🔍 search|find поиск|ищу
🔎 search_right лупа
🔒 lock|secure замок|защищено
🔓 unlock открыто
🔑 key ключ
🛡️ shield щит
🔧 wrench|fix|repair ремонт|чиню
🛠️ tools инструменты
⚙️ gear|settings настройки|шестерёнка
🔨 hammer молоток
🔋 battery батарея|заряд
🔌 plug вилка|розетка
💡 idea|bulb идея|лампочка
💻 laptop|computer ноутбук|компьютер
🖥️ desktop монитор
⌨️ keyboard клавиатура
🖱️ mouse мышь
🖨️ printer принтер
📷 camera|photo фото|камера
🎥 video|movie видео
🎧 headphones|support наушники|поддержка
🎵 music музыка
🔔 bell|notify колокольчик|уведомление
🔕 mute|no_bell без_звука
📢 announce|loudspeaker объявление
📣 megaphone мегафон
💬 chat|speech чат|сообщение
💭 thought мысль
🗑️ trash|delete мусор|удалить
📁 folder папка
💾 save|floppy сохранить|дискета
🚀 rocket|launch ракета|запуск
🐛 bug баг|жук
🐢 turtle|slow черепаха|медленно
🐌 snail улитка
⚡ zap|fast|lightning молния|быстро
☀️ sun солнце
🌧️ rain дождь
❄️ snow|cold снег|холодно
🌈 rainbow радуга
🌍 earth|world земля|планета
🌸 blossom|flower цветок|весна
🌹 rose роза
💐 bouquet букет
🌲 tree ёлка|дерево
🎄 christmas_tree новый_год
🎅 santa дед_мороз
🍀 clover|good_luck клевер|удача
☕ coffee|tea кофе|чай
🍵 green_tea зелёный_чай
🍕 pizza пицца
🍔 burger бургер
🍎 apple яблоко
🍰 cake_slice тортик
🍾 champagne шампанское
🥂 cheers|toast чокаемся
🍺 beer пиво
👶 baby малыш
👨 man мужчина
👩 woman женщина
👨‍💻 developer|technologist программист
👷 worker|builder рабочий
🕵️ detective сыщик
👮 police полиция
👑 crown корона
👗 dress платье
👕 shirt футболка
👟 shoe|sneaker кроссовки
👜 bag сумка
💍 ring кольцо
💄 lipstick помада
🛏️ bed кровать
🛋️ sofa диван
🚿 shower душ
🧹 clean|broom уборка
🧸 toy|teddy игрушка
⚽ football мяч
🏃 run|running бегу
🚶 walk|walking иду
🐶 dog собака
🐱 cat кот|кошка
🇷🇺 russia|ru россия
🇺🇸 usa|us сша
🇬🇧 uk|gb британия
🇩🇪 germany|de германия
🇰🇿 kazakhstan|kz казахстан
🇧🇾 belarus|by беларусь
"""


class Emoji(Struct, frozen=True):
    text: str
    names: tuple[str, ...]
    """Without colons; the English ones first."""


@lru_cache(maxsize=1)
def emoji() -> tuple[Emoji, ...]:
    found = []
    for line in _TABLE.strip().splitlines():
        text, english, russian = line.split(" ")
        found.append(Emoji(text, (*english.split("|"), *russian.split("|"))))
    return tuple(found)


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    return {_folded(name): each.text for each in reversed(emoji()) for name in each.names}


def named(name: str) -> str:
    """The emoji of exactly this name; empty: there is none."""
    return _by_name().get(_folded(name), "")


def completions(begun: str, limit: int = 8) -> list[tuple[str, str]]:
    """Emoji and the name that fits: names that begin so, the shortest first; then names in which a later word begins so."""
    begun = _folded(begun)
    ranked: list[tuple[int, int, int, str, str]] = []
    for place, each in enumerate(emoji()):
        fitting = [
            (0 if folded.startswith(begun) else 1, len(folded), name)
            for name in each.names
            if (folded := _folded(name)).startswith(begun) or f"_{begun}" in folded
        ]
        if fitting:
            order, length, name = min(fitting)
            ranked.append((order, length, place, each.text, name))
    return [(text, name) for *_, text, name in sorted(ranked)[:limit]]


def name_being_typed(text: str, cursor: int) -> str | None:
    """The `:name` that ends at the cursor, without its colon; None: none is being typed."""
    begun = _before(text, cursor)
    return begun if begun is not None and len(begun) >= LEAST_LETTERS and begun[0].isalpha() else None


def name_just_closed(text: str, cursor: int) -> str:
    """The name of a `:name:` that ends at the cursor; empty: there is none."""
    return (_before(text, cursor - 1) or "") if 0 < cursor <= len(text) and text[cursor - 1] == ":" else ""


def _before(text: str, cursor: int) -> str | None:
    start = cursor
    while start > 0 and cursor - start <= LONGEST_NAME and (text[start - 1].isalnum() or text[start - 1] in "_+-"):
        start -= 1
    if start == 0 or text[start - 1] != ":":
        return None
    colon = start - 1
    return text[start:cursor] if colon == 0 or text[colon - 1].isspace() else None


def _folded(name: str) -> str:
    return name.casefold().replace("ё", "е").replace("-", "_")
