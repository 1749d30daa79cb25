"""Seven languages: parts that make sentences, how a sentence ends, and how replies are written in them."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Language:
    """Sentences are subject, predicate and tail, joined by `gap`.

    `stop` ends a sentence inside a text, `last` ends the text: "" in the languages that write no full stop.
    """

    code: str
    subjects: tuple[str, ...]
    predicates: tuple[str, ...]
    tails: tuple[str, ...]
    questions: tuple[str, ...]
    gap: str = " "
    stop: str = ". "
    last: str = "."

    def sentence(self, rng: Random) -> str:
        """Make one sentence without its stop."""
        return self.gap.join(rng.choice(part) for part in (self.subjects, self.predicates, self.tails))

    def paragraph(self, rng: Random, sentences: int) -> str:
        """Make a paragraph that ends as texts of the language do."""
        return self.stop.join(self.sentence(rng) for _ in range(sentences)) + self.last

    def text(self, rng: Random) -> str:
        """Make one to three paragraphs."""
        return "\n\n".join(self.paragraph(rng, rng.randint(2, 5)) for _ in range(rng.randint(1, 3)))


def _parts(text: str, separator: str = "|") -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(separator))


ENGLISH = Language(
    "en",
    _parts(
        "The river valley | A good teacher | Every small company | The old library | Regular exercise | The committee"
        " | Solar power | A balanced diet | The second edition | Most historians | This algorithm | The local council"
        " | A careful reader | Modern architecture | The immune system | Her grandmother | The research group"
        " | An open market | Public transport | The novel's narrator | Cold weather | A sorting function"
        " | The northern coast | Early intervention | The orchestra"
    ),
    _parts(
        "depends on | has changed | often improves | rarely considers | was built around | can explain | has supported"
        " | protects | gradually replaced | describes | will require | connects | attracts | balances | reduces"
        " | encourages | makes use of | grew out of | is known for | benefits from"
    ),
    _parts(
        "the rhythm of daily life | a wide range of opinions | the seasonal harvest in autumn | several smaller projects"
        " | what people remember about the city | the distance between neighbouring villages"
        " | a clear understanding of the problem | strong relationships within the community"
        " | the available storage and memory | long conversations over dinner | the way children learn to read"
        " | careful planning and honest feedback | a steady supply of fresh water | both patience and curiosity"
        " | the temperature of the surrounding ocean | ideas that travelled along the trade routes"
        " | an unexpected discovery in the archive | the price of transport and housing"
        " | a deeper appreciation of music | the responsibilities of every citizen"
    ),
    _parts(
        "Can you explain how this works? | Write a short paragraph about it. | What should I know first?"
        " | Please summarise the main points. | Why does this matter? | Give me an example. | How do I begin?"
        " | Could you describe the background? | What are the advantages? | Tell me more about that."
    ),
)
GERMAN = Language(
    "de",
    _parts(
        "Die alte Bibliothek | Ein guter Lehrer | Der kleine Betrieb | Die Forschungsgruppe | Regelmäßige Bewegung"
        " | Der Gemeinderat | Das Orchester | Die zweite Auflage | Ein sorgfältiger Leser | Der öffentliche Nahverkehr"
    ),
    _parts(
        "verändert oft | beschreibt | braucht vor allem | stützt sich auf | verbindet | fördert | erklärt"
        " | verbessert Schritt für Schritt | beruht auf | schützt"
    ),
    _parts(
        "das tägliche Leben in der Stadt | eine Reihe von kleineren Vorhaben | die Entfernung zwischen den Dörfern"
        " | ein klares Verständnis der Aufgabe | lange Gespräche am Abend | die Ernte im Herbst"
        " | ehrliche Rückmeldungen und gute Planung | Ideen aus mehreren Jahrhunderten | frisches Wasser und Geduld"
    ),
    _parts("Kannst du das erklären? | Schreib einen kurzen Absatz darüber. | Worauf muss ich achten?"),
)
SPANISH = Language(
    "es",
    _parts(
        "La antigua biblioteca | Un buen maestro | La pequeña empresa | El ejercicio regular | El ayuntamiento"
        " | La orquesta | La segunda edición | Un lector atento | El transporte público | La energía solar"
    ),
    _parts(
        "depende de | describe | mejora poco a poco | necesita sobre todo | conecta | explica | protege | favorece"
        " | ha cambiado | se apoya en"
    ),
    _parts(
        "la vida diaria en la ciudad | una gran variedad de opiniones | la distancia entre los pueblos vecinos"
        " | una comprensión clara del problema | largas conversaciones durante la cena | la cosecha de otoño"
        " | la planificación cuidadosa y el respeto | las ideas de varios siglos | el agua fresca y la paciencia"
    ),
    _parts("¿Puedes explicarlo? | Escribe un párrafo breve. | ¿Qué debo saber primero?"),
)
THAI = Language(
    "th",
    _parts(
        "ห้องสมุดเก่าแก่ | ครูที่ดี | บริษัทขนาดเล็ก | การออกกำลังกาย | พลังงานแสงอาทิตย์ | นักวิจัยรุ่นใหม่ | ระบบขนส่งสาธารณะ | อาหารที่สมดุล"
    ),
    _parts("ช่วยปรับปรุง | อธิบายถึง | เชื่อมโยงกับ | สนับสนุน | เปลี่ยนแปลง | ให้ความสำคัญกับ | ปกป้อง | ขึ้นอยู่กับ"),
    _parts(
        "ชีวิตประจำวันของผู้คน | โครงการเล็กๆ หลายโครงการ | ความเข้าใจที่ชัดเจน | การเก็บเกี่ยวในฤดูใบไม้ร่วง | ระยะทางระหว่างหมู่บ้าน"
        " | น้ำสะอาดและความอดทน | บทสนทนาในครอบครัว | ความคิดจากหลายยุคสมัยครับ | การวางแผนอย่างรอบคอบค่ะ"
    ),
    _parts("ช่วยอธิบายได้ไหม | เขียนย่อหน้าสั้นๆ ให้หน่อย | ควรรู้อะไรก่อน"),
    gap="",
    stop=" ",
    last="",
)
ARABIC = Language(
    "ar",
    _parts(
        "المكتبة القديمة | المعلم الجيد | الشركة الصغيرة | التمارين المنتظمة | الطاقة الشمسية | مجلس المدينة"
        " | القارئ المتأني | فريق البحث"
    ),
    _parts(
        "يعتمد على | يصف بوضوح | يحسن تدريجيا | يربط بين | يشرح بالتفصيل | يحمي دائما | يشجع على | تغير مع"
    ),
    _parts(
        "الحياة اليومية في المدينة | مجموعة واسعة من الآراء | المسافة بين القرى المجاورة | فهم واضح للمشكلة"
        " | محادثات طويلة في المساء | حصاد الخريف | التخطيط الجيد والصبر | المياه العذبة | أفكار عدة قرون"
    ),
    _parts("هل يمكنك الشرح؟ | اكتب فقرة قصيرة عن ذلك | ماذا يجب أن أعرف أولا؟"),
    stop="، ",
    last="",
)
CHINESE = Language(
    "zh",
    _parts("古老的图书馆 | 一位好老师 | 小型企业 | 规律的锻炼 | 太阳能 | 研究小组 | 公共交通 | 细心的读者"),
    _parts("取决于 | 描述了 | 逐渐改善 | 连接着 | 解释了 | 保护着 | 鼓励 | 改变了"),
    _parts(
        "城市的日常生活 | 各种不同的意见 | 村庄之间的距离 | 对问题的清楚认识 | 晚餐时的长谈 | 秋天的收获"
        " | 周密的计划和耐心 | 清洁的水源 | 几个世纪以来的思想"
    ),
    _parts("你能解释一下吗？ | 写一段短文 | 我首先应该知道什么？"),
    gap="",
    stop="，",
    last="",
)
JAPANESE = Language(
    "ja",
    _parts(
        "古い図書館は | 良い先生は | 小さな会社は | 規則正しい運動は | 太陽光発電は | 研究グループは | 公共交通は | 注意深い読者は"
    ),
    _parts(
        "町の日常生活を | さまざまな意見を | 村と村の距離を | 問題の理解を | 夕食の会話を | 秋の収穫を | きれいな水を | 昔の考えを"
    ),
    _parts(
        "支えています | 少しずつ変えました | 大切にします | 説明してくれます | 守ることができます | よく表しています | 助けるでしょう | 思い出させます"
    ),
    _parts("説明してもらえますか | 短い段落を書いてください | 最初に何を知るべきですか"),
    gap="",
    stop="。",
    last="",
)
LANGUAGES = (ENGLISH, GERMAN, SPANISH, THAI, ARABIC, CHINESE, JAPANESE)
