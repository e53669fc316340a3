use crate::support::Desk;

const LEFT: &str = "\
id,title,brand,price
a,Kestrel KX-200 field watch steel,Kestrel,199.00
b,Luma Joust duffle bag,Luma,34.00
c,Print Shop 22 Deluxe,,49.99
d,Garden chair red,,20.00
";

const RIGHT: &str = "\
id,name,manufacturer,modelno,price
1,Kestrel field watch KX200 stainless,Kestrel,KX200,189.00
2,Kestrel field watch KX300 stainless,Kestrel,KX300,189.00
3,Joust Duffle Bag,Luma,,34.00
4,The PrintShop 22 deluxe,,,42.69
5,The PrintShop 21 deluxe,,,42.69
6,Coffee mill,,,15.00
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("left.csv", LEFT);
    desk.write("right.csv", RIGHT);
    desk
}

#[test]
fn rows_find_their_partners() {
    let run = desk()
        .run(&["link", "left.csv", "right.csv", "--one-to-one"])
        .code(0);
    let table = run.stdout();
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows[0], "left_id,right_id,probability,cues");
    let starts = |row: &&str| row.split(',').take(2).collect::<Vec<_>>().join(",");
    let pairs: Vec<String> = rows[1..].iter().map(starts).collect();
    assert_eq!(pairs, ["a,1", "b,3", "c,4"], "{table}");
    assert!(rows[1].contains("model_equal +"), "{table}");
}

#[test]
fn threshold_and_top_say_how_many() {
    let desk = desk();
    let rows = |args: &[&str]| {
        let args = [&["link", "left.csv", "right.csv"], args].concat();
        desk.run(&args).code(0).stdout().lines().count() - 1
    };
    assert!(rows(&["--threshold", "0"]) > rows(&["--threshold", "0", "--top", "1"]));
    assert_eq!(rows(&["--threshold", "0", "--top", "1"]), 3);
    assert_eq!(rows(&["--threshold", "1"]), 0);
}

#[test]
fn what_cannot_be_linked_is_said() {
    let desk = desk();
    desk.write("empty.csv", "id,title\n");
    desk.write("nameless.csv", "id,colour\n1,red\n");
    for (args, said) in [
        (&["link", "left.csv", "empty.csv"][..], "nothing to link"),
        (&["link", "left.csv", "nameless.csv"], "title"),
        (&["link", "left.csv", "missing.csv"], "missing.csv"),
        (
            &["link", "left.csv", "right.csv", "--currency", "EURO"],
            "ISO 4217",
        ),
    ] {
        let run = desk.run(args).code(1);
        assert!(run.stderr().contains(said), "{args:?}: {}", run.stderr());
    }
    let run = desk
        .run(&["link", "left.csv", "right.csv", "--threshold", "2"])
        .code(2);
    assert!(run.stderr().contains("from 0 to 1"), "{}", run.stderr());
}
