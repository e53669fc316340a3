//! Names of colours.

/// The one name of a colour that has several.
pub fn named(word: &str) -> Option<&'static str> {
    Some(match word {
        "black" | "schwarz" | "noir" | "negro" | "nero" | "preto" => "black",
        "white" | "weiss" | "blanc" | "blanco" | "bianco" | "branco" => "white",
        "red" | "rot" | "rouge" | "rojo" | "rosso" | "vermelho" | "crimson" | "scarlet" => "red",
        "blue" | "blau" | "bleu" | "azul" | "blu" | "navy" => "blue",
        "green" | "grun" | "vert" | "verde" => "green",
        "yellow" | "gelb" | "jaune" | "amarillo" | "giallo" | "amarelo" => "yellow",
        "orange" => "orange",
        "purple" | "lila" | "violet" | "morado" | "viola" | "roxo" => "purple",
        "pink" | "rosa" => "pink",
        "brown" | "braun" | "marron" | "marrone" | "marrom" => "brown",
        "grey" | "gray" | "grau" | "gris" | "grigio" | "cinza" => "grey",
        "beige" => "beige",
        "silver" => "silver",
        "gold" | "golden" => "gold",
        "turquoise" | "teal" => "teal",
        "lavender" => "lavender",
        _ => return None,
    })
}

/// The same, also by what shops write short and by printers' inks.
pub(super) fn of_shop(word: &str) -> Option<&'static str> {
    named(word).or(match word {
        "blk" => Some("black"),
        "wht" => Some("white"),
        "magenta" => Some("magenta"),
        "cyan" => Some("cyan"),
        _ => None,
    })
}
