//! Given names that stand for each other, and names so common that they single out nobody.
//!
//! Groups hold short forms, English and French forms of one name, and spellings
//! of one name in Latin letters. A name may be in several groups: `alex` is
//! short for two names. Compiled by hand for this project from general knowledge.

use std::{collections::HashMap, sync::OnceLock};

/// Up to three groups; 0 is none.
pub(crate) type Groups = [u16; 3];

/// The groups of a folded name without particles.
pub(crate) fn groups(core: &str) -> Groups {
    static INDEX: OnceLock<HashMap<&'static str, Groups>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        let mut index: HashMap<&'static str, Groups> = HashMap::new();
        for (number, group) in (1_u16..).zip(GROUPS) {
            for name in group.split(' ') {
                let groups = index.entry(name).or_default();
                if let Some(free) = groups.iter_mut().find(|group| **group == 0) {
                    *free = number;
                }
            }
        }
        index
    });
    index.get(core).copied().unwrap_or_default()
}

/// Whether two names share a group.
pub(crate) fn shared(a: Groups, b: Groups) -> bool {
    a.iter().any(|group| *group != 0 && b.contains(group))
}

/// Whether a given or family name is among the most common in Canada.
pub(crate) fn is_common(joined: &str) -> bool {
    COMMON.split_ascii_whitespace().any(|name| name == joined)
}

const COMMON: &str = "
smith brown tremblay martin roy gagnon lee wilson johnson macdonald mcdonald taylor campbell anderson cote
bouchard gauthier morin lavoie fortin gagne ouellet pelletier belanger levesque bergeron leblanc paquette
girard simard boucher caron poirier fournier lapointe williams jones miller davis thompson white scott
stewart clark young king wright walker robinson singh kaur patel sharma khan ali ahmed nguyen tran pham le
wong chan chen li wang liu zhang yang huang wu lin kim park reid ross murphy fraser kelly hall adams
john james robert michael david william richard joseph mary patricia jennifer linda elizabeth susan
margaret jean pierre michel andre marie louise sarah daniel thomas christopher mark paul george peter
jacques claude francois mohamed mohammed muhammad";

#[rustfmt::skip]
const GROUPS: &[&str] = &[
    "william bill billy will willy willie liam guillaume wm",
    "robert bob bobby rob robbie robby bert rupert",
    "richard rick ricky rich richie dick dickie",
    "james jim jimmy jamie jimmie jacques jas",
    "john jack johnny johnnie jon jean ian sean johannes juan giovanni jonny",
    "jonathan jon john jonny johnathan jonathon",
    "joseph joe joey jos josef jose giuseppe yusuf youssef yousef yosef",
    "michael mike mikey mick mickey micheal michel mikhail miguel mitch mikael",
    "thomas tom tommy thom tomas",
    "charles charlie chuck chas charley chaz carl karl carlos",
    "edward ed eddie eddy ted teddy ned edouard eduardo",
    "edmund ed eddie ned edmond",
    "theodore ted teddy theo theodor",
    "david dave davey davy davie dawid",
    "daniel dan danny dannie daniil",
    "stephen steven steve stevie stephane etienne stefan esteban",
    "matthew matt mathew matthieu mathieu matty mateo matthias",
    "andrew andy drew andre andrei andrey andreas andres",
    "anthony tony antony antoine antonio anton",
    "christopher chris kit topher christophe cristopher kris",
    "christian chris kristian cristian",
    "nicholas nick nicky nicolas nikolas nico nikolai nikolay",
    "alexander alex al sandy alec xander alexandre aleksandr alejandro alexandr lex sasha",
    "alexandra alex sandra sandy alexa lexi alexandria sasha aleksandra",
    "alexandre alex",
    "benjamin ben benny benji benjy",
    "samuel sam sammy",
    "samantha sam sammy sammie",
    "timothy tim timmy timothee",
    "gregory greg gregg gregoire grigory",
    "jeffrey jeff geoffrey geoff jeffery geoffroy",
    "kenneth ken kenny",
    "ronald ron ronnie ronny",
    "donald don donnie donny",
    "lawrence larry laurie lawrie laurent laurence lorenzo",
    "raymond ray ray",
    "gerald gerry jerry gerard geraldo",
    "jerome jerry",
    "jeremy jerry jeremie jem",
    "patrick pat paddy patrice patty patric",
    "patricia pat patty pattie tricia trish patti trisha",
    "peter pete pierre pedro piotr petr pyotr",
    "philip phil phillip philippe felipe filip",
    "paul pablo pavel paolo",
    "francis frank francois fran frankie francisco franc",
    "frances fran franny francoise francesca frannie",
    "franklin frank frankie",
    "frederick fred freddy freddie frederic fredrick fredric",
    "albert al bert alberto bertie",
    "alfred al fred alf alfie alfredo",
    "alan al allan allen alain",
    "arthur art artie arturo",
    "bernard bernie bernardo",
    "bradley brad",
    "douglas doug dougie",
    "eugene gene eugenio evgeny",
    "george georgie georges jorge yuri georg",
    "harold harry hal harald",
    "henry harry hank hal henri enrique heinrich",
    "herbert herb bert",
    "isaac ike isaak izaak",
    "jacob jake jakob jacoby",
    "joshua josh",
    "leonard leo len lenny leonardo leonid",
    "louis lou louie lewis luis ludovic luigi",
    "marc mark marcus marco markus",
    "martin marty martijn",
    "maurice moe morris mauricio",
    "nathaniel nathan nate nat nathanael",
    "nathan nate nat",
    "oliver ollie olivier",
    "reginald reg reggie",
    "roger rodge rog rogelio",
    "russell russ",
    "stanley stan",
    "vincent vince vinny vincente",
    "walter walt wally",
    "wesley wes",
    "zachary zach zack zac zachery zackary zacharie",
    "elizabeth liz lizzie beth betty betsy eliza lisa elisabeth libby elise bess bette lise isabel",
    "margaret maggie meg peggy marge marg margie marguerite greta rita megan margo margot",
    "catherine cathy kate katie kathy katherine kathryn cat catharine kathleen katharine kitty katrina karen ekaterina catalina",
    "mary marie maria molly polly mae may maryam mariam miriam",
    "jennifer jen jenny jenn jenna jennie",
    "jessica jess jessie jessy",
    "susan sue susie suzanne suzy susanne suzie susanna",
    "deborah deb debbie debra debby",
    "barbara barb barbie babs",
    "judith judy jude judi",
    "jacqueline jackie jacquie jacki jaclyn",
    "janet jan janice jeannette jeanette",
    "jane janie jayne jean jeanne joan joanne johanna",
    "joanna joanne jo johanna joann",
    "josephine jo josie josee",
    "dorothy dot dottie dolly dorothee dorothea",
    "eleanor ellie nell nellie ella eleonore elinor nora lenora",
    "helen nell ellen helene elena yelena lena",
    "emily em emmy emilie millie emilia",
    "emma em emmy",
    "florence flo flossie",
    "virginia ginny ginger virginie",
    "victoria vicky vicki tori vickie victoire",
    "veronica ronnie vera veronique vero",
    "theresa terry teresa tess tessa therese teri terri",
    "terrence terry terence terrance",
    "stephanie steph stefanie stephany stefania",
    "sarah sally sara sadie zara",
    "rebecca becky becca rebekah",
    "rachel rach rachael rachelle",
    "pamela pam pammy",
    "nancy nan annie ann",
    "anne ann annie anna nan hannah ana anya annette anita",
    "michelle shelly mich michele shell",
    "melissa mel missy lissa",
    "melanie mel",
    "madeline maddie madeleine maddy madelyn magdalena",
    "kimberly kim kimberley kimmy",
    "christine chris tina christina kristine kristen kristin kristina chrissy cristina christiane",
    "cynthia cindy cyndi cindi",
    "constance connie",
    "charlotte charlie lottie char",
    "caroline carrie carol carolyn carolina caro karoline",
    "carol carole caroline",
    "beverly bev beverley",
    "beatrice bea trixie beatriz",
    "angela angie angelina angele",
    "amanda mandy amy",
    "allison ally alison allie alyson",
    "agnes aggie ines",
    "abigail abby gail abbie",
    "gabrielle gaby gabby gabriela gabriella",
    "gabriel gabe",
    "genevieve gen ginny genny",
    "isabelle isabel bella izzy isabella belle",
    "lucille lucy lucie lucia",
    "martha marty mattie marthe",
    "natalie nat natasha nathalie natalia nataliya",
    "olivia liv livvy",
    "penelope penny",
    "roberta bobbie robbie",
    "rosemary rose rosie romy",
    "rose rosie rosa roza",
    "sophie sophia sofia sofie zofia",
    "sylvia sylvie silvia",
    "valerie val valery",
    "vivian viv vivienne viviane",
    "yvonne evie vonnie yvette",
    "dominique dom nick",
    "dominic dom nick dominick",
    "emmanuel manny manu emanuel manuel",
    "maximilian max maxwell maxime",
    "sebastian seb bas sebastien",
    "guy guido",
    "yves yvon ivan",
    "normand norman norm norm",
    "ernest ernie ernesto",
    "leon leo",
    "hubert bert hugh hughes hugues hugo",
    "real rey",
    "gilles giles",
    "rene renee",
    "mohammed mohammad muhammad mohamed mohamad muhammed mohd md mo mehmet muhamed",
    "ahmed ahmad ahmet achmed",
    "hussein hussain husain hossein husayn",
    "hassan hasan",
    "ali aly",
    "abdul abdel abd abdallah abdullah",
    "omar umar omer",
    "fatima fatma fatemeh fatimah fatouma",
    "aisha ayesha aicha aysha",
    "khadija khadijah hadija",
    "ibrahim abraham abe ebrahim",
    "ismail ishmael esmail",
    "sergei sergey serge sergio",
    "dmitri dmitry dimitri dmitriy dima",
    "alexei alexey aleksei alexis alyosha",
    "yuri yury iouri",
    "tatiana tatyana tanya",
    "olga helga",
    "oksana oxana",
    "volodymyr vladimir vlad wladimir",
    "oleksandr alexander sasha",
    "mykola nikolai nick",
    "andriy andrew andrii andrij",
    "jagdeep jag",
    "harpreet harp",
    "gurpreet guri",
    "xiaoming ming",
    "jozef joseph",
    "krzysztof christopher",
    "tadeusz ted",
    "malgorzata margaret gosia",
    "katarzyna catherine kasia",
    "jeanpierre jp",
    "jeanfrancois jf",
    "jeanphilippe jp",
];

#[test]
fn nicknames_share_a_group() {
    for (a, b) in [
        ("bob", "robert"),
        ("guillaume", "bill"),
        ("mohamed", "muhammad"),
        ("ginny", "genevieve"),
    ] {
        assert!(shared(groups(a), groups(b)), "{a} {b}");
    }
    assert!(!shared(groups("robert"), groups("richard")));
    assert!(!shared(groups("qwerty"), groups("asdf")));
}
