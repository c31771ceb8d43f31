package generator

import (
	_ "embed"
	"fmt"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/policyfile"
)

//go:embed profile.yaml
var profileFile []byte

// Profile is what the synthetic people are like: see profile.yaml, which
// explains each entry.
type Profile struct {
	Regions            []string          `yaml:"regions"`
	Villages           VillageWeights    `yaml:"villages"`
	ObservedWithinDays int               `yaml:"observed_within_days"`
	Welfare            Welfare           `yaml:"welfare"`
	Missing            Missing           `yaml:"missing"`
	Numbers            Numbers           `yaml:"numbers"`
	Households         []Household       `yaml:"households"`
	Ages               Ages              `yaml:"ages"`
	Orphans            Orphans           `yaml:"orphans"`
	Choices            map[string]Ladder `yaml:"choices"`
	Booleans           map[string]Chance `yaml:"booleans"`
	FishingFamily      struct {
		Boat      float64 `yaml:"boat"`
		Motorboat float64 `yaml:"motorboat"`
	} `yaml:"fishing_family"`
	Homeless  Chance    `yaml:"homeless"`
	FloorArea FloorArea `yaml:"floor_area"`
	Livestock map[string]struct {
		Share float64 `yaml:"share"`
		Most  int     `yaml:"most"`
	} `yaml:"livestock"`
	FoodShare struct {
		AtMean float64 `yaml:"at_mean"`
		PerLog float64 `yaml:"per_log"`
		Spread float64 `yaml:"spread"`
	} `yaml:"food_share"`
	UnsafeHouses struct {
		Damaged            Chance  `yaml:"damaged"`
		LeastAreaPerPerson float64 `yaml:"least_area_per_person"`
	} `yaml:"unsafe_houses"`
	Accounts      Accounts      `yaml:"accounts"`
	Schooling     Schooling     `yaml:"schooling"`
	Work          Work          `yaml:"work"`
	CivilServants CivilServants `yaml:"civil_servants"`
	Health        Health        `yaml:"health"`
	Dead          struct {
		Ages       []AgeShare `yaml:"ages"`
		Reported   float64    `yaml:"reported"`
		WithinDays int        `yaml:"within_days"`
	} `yaml:"dead"`
	Presence    map[string]float64 `yaml:"presence"`
	IDDocuments struct {
		Children Steps `yaml:"children"`
		Adults   Steps `yaml:"adults"`
	} `yaml:"id_documents"`
	Duplicates Duplicates `yaml:"duplicates"`
	Events     Events     `yaml:"events"`
}

// VillageWeights spread families over villages.
type VillageWeights struct {
	Kelurahan float64            `yaml:"kelurahan"`
	Desa      float64            `yaml:"desa"`
	Spread    float64            `yaml:"spread"`
	Of        map[string]float64 `yaml:"of"`
}

// Welfare is the distribution of log monthly consumption per person, rupiah.
type Welfare struct {
	Mean            float64            `yaml:"mean"`
	BetweenVillages float64            `yaml:"between_villages"`
	Within          float64            `yaml:"within"`
	Passing         float64            `yaml:"passing"`
	EachMemberOver3 float64            `yaml:"each_member_over_3"`
	Villages        map[string]float64 `yaml:"villages"`
}

// Missing is how often a cell is left empty.
type Missing struct {
	Families  float64  `yaml:"families"`
	Cells     float64  `yaml:"cells"`
	Elsewhere float64  `yaml:"elsewhere"`
	Never     []string `yaml:"never"`
}

// Numbers is what is odd about NIK and KK numbers.
type Numbers struct {
	NoNIK        float64 `yaml:"no_nik"`
	NoKK         float64 `yaml:"no_kk"`
	Elsewhere    float64 `yaml:"elsewhere"`
	DateDiffers  float64 `yaml:"date_differs"`
	RetiredShare float64 `yaml:"retired_share"`
	Retired      []struct {
		Within    string     `yaml:"within"`
		Before    civil.Date `yaml:"before"`
		Districts []string   `yaml:"districts"`
	} `yaml:"retired"`
}

// Household is one way of living together.
type Household struct {
	Name          string    `yaml:"name"`
	Share         float64   `yaml:"share"`
	Head          AgeRange  `yaml:"head"`
	Women         float64   `yaml:"women"`
	Widowed       float64   `yaml:"widowed"`
	Spouse        bool      `yaml:"spouse"`
	Children      []float64 `yaml:"children"`
	Parent        float64   `yaml:"parent"`
	GrownChild    float64   `yaml:"grown_child"`
	InLaw         float64   `yaml:"in_law"`
	Grandchildren []float64 `yaml:"grandchildren"`
	ParentsAway   bool      `yaml:"parents_away"`
	Other         []float64 `yaml:"other"`
}

// AgeRange is in completed years, both ends included.
type AgeRange struct {
	From int `yaml:"from"`
	To   int `yaml:"to"`
}

func (a AgeRange) has(age int) bool { return age >= a.From && age <= a.To }

// Bell is a normal distribution, cut to From … To where they are used.
type Bell struct {
	Mean   float64 `yaml:"mean"`
	Spread float64 `yaml:"spread"`
	From   int     `yaml:"from"`
	To     int     `yaml:"to"`
}

// Ages are the years between relatives.
type Ages struct {
	SpouseYounger Bell    `yaml:"spouse_younger"`
	MotherAtBirth Bell    `yaml:"mother_at_birth"`
	Twins         float64 `yaml:"twins"`
}

// Orphans are shares among children whose parents are not in the family.
type Orphans struct {
	Both        float64 `yaml:"both"`
	One         float64 `yaml:"one"`
	Covid       float64 `yaml:"covid"`
	Certificate float64 `yaml:"certificate"`
}

// Chance is a yes that follows welfare by Rho.
type Chance struct {
	Rho   float64 `yaml:"rho"`
	Share float64 `yaml:"share"`
}

// Ladder is an answer that follows welfare by Rho, poorest step first.
type Ladder struct {
	Rho   float64 `yaml:"rho"`
	Steps Steps   `yaml:"steps"`
}

// Steps are answers with shares, in the file's order.
type Steps []Step

// Step is one answer with its share.
type Step struct {
	Code  string
	Share float64
}

// UnmarshalYAML reads a list of single pairs: [earth: 3, bamboo: 1].
func (s *Steps) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return fmt.Errorf("line %d: a list of answers with shares is expected", n.Line)
	}
	for _, item := range n.Content {
		if item.Kind != yaml.MappingNode || len(item.Content) != 2 {
			return fmt.Errorf("line %d: an answer with its share is expected", item.Line)
		}
		step := Step{Code: item.Content[0].Value}
		if err := item.Content[1].Decode(&step.Share); err != nil {
			return err
		}
		*s = append(*s, step)
	}
	return nil
}

// FloorArea is base + per_member × members, m², grown with welfare.
type FloorArea struct {
	Base      float64 `yaml:"base"`
	PerMember float64 `yaml:"per_member"`
	Growth    float64 `yaml:"growth"`
	Spread    float64 `yaml:"spread"`
	Least     float64 `yaml:"least"`
}

// Accounts are who has one and at which bank.
type Accounts struct {
	Share Chance `yaml:"share"`
	Banks []Bank `yaml:"banks"`
}

// Bank is how a bank's account numbers look.
type Bank struct {
	Name        string  `yaml:"name"`
	Digits      int     `yaml:"digits"`
	Share       float64 `yaml:"share"`
	LeadingZero float64 `yaml:"leading_zero"`
}

// AgeShare is a share of the people of an age; Men and Women where they differ.
type AgeShare struct {
	AgeRange `yaml:",inline"`
	Share    float64 `yaml:"share"`
	Men      float64 `yaml:"men"`
	Women    float64 `yaml:"women"`
}

// Schooling is who attends what, and who holds which certificate.
type Schooling struct {
	Rho       float64 `yaml:"rho"`
	Attending []struct {
		School   string `yaml:"school"`
		AgeRange `yaml:",inline"`
		Share    float64 `yaml:"share"`
	} `yaml:"attending"`
	Kinds   map[string]Steps `yaml:"kinds"`
	Cohorts []struct {
		BornBefore int   `yaml:"born_before"`
		Steps      Steps `yaml:"steps"`
	} `yaml:"cohorts"`
	Attendance struct {
		Least  int     `yaml:"least"`
		Usual  float64 `yaml:"usual"`
		Spread float64 `yaml:"spread"`
	} `yaml:"attendance"`
	PIP Chance `yaml:"pip"`
}

// Work is who works, as what, and for how much.
type Work struct {
	Participation    []AgeShare        `yaml:"participation"`
	HeadsIdle        float64           `yaml:"heads_idle"`
	SeverelyDisabled float64           `yaml:"severely_disabled"`
	Pupils           float64           `yaml:"pupils"`
	Livelihoods      map[string]Steps  `yaml:"livelihoods"`
	Villages         map[string]string `yaml:"villages"`
	Hours            Bell              `yaml:"hours"`
	Income           struct {
		Spread          float64 `yaml:"spread"`
		OverConsumption float64 `yaml:"over_consumption"`
	} `yaml:"income"`
	Rho         float64 `yaml:"rho"`
	BySchooling struct {
		Weight float64 `yaml:"weight"`
		Mean   float64 `yaml:"mean"`
		Spread float64 `yaml:"spread"`
	} `yaml:"by_schooling"`
	IncomeWeight       map[string]float64 `yaml:"income_weight"`
	LaidOff            float64            `yaml:"laid_off"`
	Licence            Ladder             `yaml:"licence"`
	TurnoverOverIncome float64            `yaml:"turnover_over_income"`
	Online             Chance             `yaml:"online"`
	KUR                Chance             `yaml:"kur"`
	UMi                Chance             `yaml:"umi"`
	Prakerja           Chance             `yaml:"prakerja"`
	NPWP               Ladder             `yaml:"npwp"`
	SocialSecurity     Ladder             `yaml:"social_security"`
}

// CivilServants are staff of the state, and how many say so.
type CivilServants struct {
	AgeRange      `yaml:",inline"`
	Share         float64 `yaml:"share"`
	Rho           float64 `yaml:"rho"`
	SchoolingFrom int64   `yaml:"schooling_from"`
	Kinds         Steps   `yaml:"kinds"`
	Reported      float64 `yaml:"reported"`
	Pensioners    struct {
		From   int `yaml:"from"`
		Chance `yaml:",inline"`
	} `yaml:"pensioners"`
}

// Health is disability, illness and care.
type Health struct {
	Disability      []AgeShare         `yaml:"disability"`
	Degrees         Steps              `yaml:"degrees"`
	Rho             float64            `yaml:"rho"`
	MinorDifficulty float64            `yaml:"minor_difficulty"`
	Chronic         []AgeShare         `yaml:"chronic"`
	Illnesses       Steps              `yaml:"illnesses"`
	CaresForSelf    map[string]float64 `yaml:"cares_for_self"`
	Pregnant        AgeShare           `yaml:"pregnant"`
	Postnatal       float64            `yaml:"postnatal"`
	Stunted         Chance             `yaml:"stunted"`
	Wasted          float64            `yaml:"wasted"`
	HealthVisit     float64            `yaml:"health_visit"`
	Insurance       Ladder             `yaml:"insurance"`
	Sadness         Steps              `yaml:"sadness"`
	RightsVictim    float64            `yaml:"rights_victim"`
}

// Duplicates is how people come to be registered again, with which errors.
type Duplicates struct {
	Families  float64 `yaml:"families"`
	Reservoir int     `yaml:"reservoir"`
	Name      Steps   `yaml:"name"`
	NIK       Steps   `yaml:"nik"`
	Born      Steps   `yaml:"born"`
	Mother    struct {
		Same float64 `yaml:"same"`
	} `yaml:"mother"`
}

// ReadProfile reads a profile from YAML. An unknown entry is an error that
// names its line.
func ReadProfile(b []byte) (*Profile, error) {
	p := new(Profile)
	if err := policyfile.Strict(b, p); err != nil {
		return nil, fmt.Errorf("generator: profile: %w", err)
	}
	return p, nil
}

// DefaultProfile returns the profile in the program. The copy is the caller's.
func DefaultProfile() *Profile {
	p, err := ReadProfile(profileFile)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return p
}
