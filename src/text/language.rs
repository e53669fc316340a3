use super::letters::hash_of;
use super::names::Lookup;
use super::reader::Text;

/// The words of title and description that are looked at.
const SAMPLE_WORDS: usize = 60;
/// From this number of words on, trigrams tell a language that the little words do not.
const LONG: usize = 24;
/// Letters of a script that a text must hold for it to tell the language.
const FEWEST_LETTERS: usize = 2;

/// Little words by language (ISO 639-3). Words that several languages share count for each.
///
/// Titles are names and numbers: statistics of trigrams guess at them and cost more than all the rest of
/// the reading; the few little words between decide.
const LITTLE_WORDS: [(&str, &str); 17] = [
    (
        "eng",
        "the and with for of in to from by your you is are this that it not or on at new men women size without only used",
    ),
    (
        "deu",
        "der die das und mit für von zu im den dem ein eine einer ist nicht nur aus bei auf sehr wurde wurden auch neu ohne oder damen herren größe zustand",
    ),
    (
        "fra",
        "le la les des du de un une et avec pour sur dans est pas en très sans ou neuf neuve femme homme taille état aux qui",
    ),
    (
        "spa",
        "el la los las del de un una y con para por en es no sin muy o nuevo nueva mujer hombre talla estado como se al",
    ),
    (
        "por",
        "o a os as do da dos das um uma e com para por em no na não sem muito ou novo nova mulher homem tamanho ao",
    ),
    (
        "ita",
        "il lo la gli le del della di un una e con per in da non senza molto o nuovo nuova donna uomo taglia stato che sono",
    ),
    (
        "nld",
        "de het een en met voor van in op te is niet zonder zeer of nieuw nieuwe dames heren maat staat ook naar",
    ),
    (
        "pol",
        "i w z na do od dla nie jest bez lub nowy nowa nowe damskie męskie rozmiar stan oraz się bardzo",
    ),
    (
        "swe",
        "och med för av i på till en ett är inte utan mycket eller ny nytt dam herr storlek skick",
    ),
    (
        "tur",
        "ve ile için bir bu çok değil olan yeni kadın erkek beden orijinal veya gibi kutu sıfır ürün",
    ),
    (
        "ron",
        "și si cu pentru de la din un o este nu fără sau nou noua dama barbati mărime stare",
    ),
    (
        "ces",
        "a s se na do pro z v je není bez nebo nový nová nové dámské pánské velikost stav velmi",
    ),
    (
        "ind",
        "dan dengan untuk dari yang di ke tidak baru ukuran pria wanita tanpa atau bekas ini",
    ),
    (
        "vie",
        "và với cho của không mới nam nữ giá hàng chính hãng cái trong",
    ),
    (
        "rus",
        "и в на с для от из не по без или новый новая новые женские мужские размер состояние как это все очень",
    ),
    (
        "ukr",
        "і в на з для від із не по без або новий нова нові жіночі чоловічі розмір стан як це дуже та",
    ),
    (
        "bul",
        "и в на с за от из не по без или нов нова нови дамски мъжки размер състояние като това много",
    ),
];

/// Tells which language a text is in.
pub(super) struct Languages {
    /// Places in [`LITTLE_WORDS`] by word.
    little: Lookup,
}

impl Languages {
    pub fn new() -> Self {
        let words = (0u32..).zip(LITTLE_WORDS).flat_map(|(place, (_, words))| {
            words
                .split(' ')
                .map(move |word| (hash_of(super::views::folded(word).chars()), place))
        });
        Self {
            little: Lookup::new(words),
        }
    }

    /// ISO 639-3 of title and description: by a script that one language writes, else by two more little
    /// words than any other language has, else, in a long text, by trigrams when they are sure.
    pub fn tell(&self, title: &Text, description: &Text) -> Option<String> {
        let tokens = title.tokens.iter().map(|token| (title, token));
        let tokens = tokens.chain(description.tokens.iter().map(|token| (description, token)));
        let mut counts = [0u32; LITTLE_WORDS.len()];
        let (mut words, mut scripts) = (0, Scripts::default());
        for (text, token) in tokens.take(SAMPLE_WORDS) {
            words += 1;
            if !text.view.text()[token.view.clone()].is_ascii() {
                scripts.count(text.word(token));
            }
            for &place in self.little.get(
                text.letters
                    .hash(token.letters.start..token.letters.end.min(token.letters.start + 16)),
            ) {
                counts[place as usize] += 1;
            }
        }
        if let Some(language) = scripts.language() {
            return Some(language.to_owned());
        }
        let best =
            (0..counts.len()).max_by_key(|place| (counts[*place], std::cmp::Reverse(*place)))?;
        let second = (0..counts.len())
            .filter(|place| *place != best)
            .map(|place| counts[place])
            .max();
        if counts[best] >= 2 + second.unwrap_or(0) {
            return Some(LITTLE_WORDS[best].0.to_owned());
        }
        if words < LONG {
            return None;
        }
        let sample = |text: &str, most| text[..text.floor_char_boundary(most)].to_owned();
        let told = whatlang::detect(&format!(
            "{}\n{}",
            sample(title.original, 160),
            sample(description.original, 240)
        ))?;
        told.is_reliable().then(|| told.lang().code().to_owned())
    }
}

/// Letters of scripts that one language writes, or nearly so.
#[derive(Default)]
struct Scripts {
    han: usize,
    kana: usize,
    hangul: usize,
    thai: usize,
    greek: usize,
    hebrew: usize,
}

impl Scripts {
    fn count(&mut self, word: &str) {
        for letter in word.chars() {
            let script = match letter {
                '\u{3040}'..='\u{30ff}' => &mut self.kana,
                '\u{3400}'..='\u{9fff}' => &mut self.han,
                '\u{ac00}'..='\u{d7a3}' => &mut self.hangul,
                '\u{e00}'..='\u{e7f}' => &mut self.thai,
                '\u{370}'..='\u{3ff}' => &mut self.greek,
                '\u{590}'..='\u{5ff}' => &mut self.hebrew,
                _ => continue,
            };
            *script += 1;
        }
    }

    fn language(&self) -> Option<&'static str> {
        // Japanese mixes kana with Chinese characters.
        let by_script = [
            (self.kana, "jpn"),
            (
                if self.kana < FEWEST_LETTERS {
                    self.han
                } else {
                    0
                },
                "cmn",
            ),
            (self.hangul, "kor"),
            (self.thai, "tha"),
            (self.greek, "ell"),
            (self.hebrew, "heb"),
        ];
        let found = by_script
            .iter()
            .find(|(letters, _)| *letters >= FEWEST_LETTERS);
        found.map(|(_, language)| *language)
    }
}
